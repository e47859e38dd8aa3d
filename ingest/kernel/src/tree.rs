//! The operations of headers' programs as a tree: those that begin alike share what they read.

use crate::header::Program;
use crate::step::{self, Op};

/// An operation in the tree, whose nodes stand in preorder: behind a node stand its children, each with all below it.
///
/// Nodes are kept small, since a line looks at dozens of them.
pub struct Node {
    pub op: Op,
    /// Which of the tree's sets has the bytes that the operation may begin with.
    begins: u16,
    pub depth: u8,
    /// Blanks follow, whatever the program: they are read at once, as an operation of their own that stands in no node.
    pub blanks: bool,
    /// The smallest number of a program here or below: the first that fits in their order is wanted.
    pub least: u32,
    /// The program that ends here, `NONE` if none does.
    pub program: u32,
    /// The node behind all that is below this one, and behind all that is below its parent.
    pub behind: u32,
    pub behind_parent: u32,
}

/// The nodes, and sets of bytes as bits.
#[derive(Default)]
pub struct Tree {
    pub nodes: Vec<Node>,
    sets: Vec<[u64; 4]>,
}

impl Tree {
    /// Whether a node's operation may begin at a place of a line.
    #[inline(always)]
    pub fn may_begin(&self, node: &Node, line: &[u8], at: usize) -> bool {
        match line.get(at) {
            Some(byte) => self.sets[usize::from(node.begins)][usize::from(byte >> 6)] >> (byte & 63) & 1 == 1,
            None => matches!(node.op.code, step::BLANKS | step::MESSAGE),
        }
    }
}

/// Programs that begin with the same operations, while the tree is made.
struct Branch<'a> {
    op: &'a Op,
    least: usize,
    program: Option<usize>,
    children: Vec<Branch<'a>>,
}

/// Greater than the number of any program.
pub const NONE: u32 = u32::MAX;

impl Branch<'_> {
    /// Whether blanks follow, whatever the program.
    fn leads_to_blanks(&self) -> bool {
        let is_blanks = |child: &Branch| child.op.code == step::BLANKS && child.program.is_none();
        self.program.is_none() && matches!(&self.children[..], [only] if is_blanks(only))
    }
}

impl Tree {
    /// The programs as a tree; those that are an expression stand in none.
    pub fn of(programs: &[Program]) -> Tree {
        let (mut branches, mut tree) = (Vec::new(), Tree::default());
        for (number, program) in programs.iter().enumerate() {
            if !matches!(&program.ops[..], [op] if op.code == step::EXPRESSION) {
                plant(&mut branches, &program.ops, number);
            }
        }
        tree.grow(&branches, 0);
        tree
    }

    /// Add branches to the nodes, in preorder.
    fn grow(&mut self, branches: &[Branch], depth: usize) {
        let first = self.nodes.len();
        for branch in branches {
            let number = self.nodes.len();
            let node = self.node(branch, depth);
            let (below, steps) = if node.blanks { (&branch.children[0], 2) } else { (branch, 1) };
            self.nodes.push(node);
            self.grow(&below.children, depth + steps);
            self.nodes[number].behind = self.nodes.len() as u32;
        }
        let behind_all = self.nodes.len() as u32;
        let ours = self.nodes[first..].iter_mut().filter(|node| usize::from(node.depth) == depth);
        ours.for_each(|node| node.behind_parent = behind_all);
    }

    fn node(&mut self, branch: &Branch, depth: usize) -> Node {
        Node {
            op: branch.op.clone(),
            begins: self.set(branch.op),
            depth: depth as u8,
            blanks: branch.leads_to_blanks(),
            least: branch.least as u32,
            program: branch.program.map_or(NONE, |program| program as u32),
            behind: 0,
            behind_parent: 0,
        }
    }

    /// The number of the set of bytes that an operation may begin with.
    fn set(&mut self, op: &Op) -> u16 {
        let mut set = [0u64; 4];
        for byte in (0..=255u8).filter(|byte| step::may_begin(op, *byte)) {
            set[usize::from(byte >> 6)] |= 1 << (byte & 63);
        }
        let known = self.sets.iter().position(|other| *other == set);
        if known.is_none() {
            self.sets.push(set);
        }
        known.unwrap_or(self.sets.len() - 1) as u16
    }
}

/// Put a program into a tree. Branches stand in the order of their least programs, since programs come in order.
fn plant<'a>(branches: &mut Vec<Branch<'a>>, ops: &'a [Op], number: usize) {
    let Some((op, rest)) = ops.split_first() else { return };
    let known = branches.iter().position(|branch| branch.op == op);
    let place = known.unwrap_or(branches.len());
    if known.is_none() {
        branches.push(Branch { op, least: number, program: None, children: Vec::new() });
    }
    if rest.is_empty() {
        branches[place].program.get_or_insert(number);
    }
    plant(&mut branches[place].children, rest, number);
}
