//! The operations of headers' programs as a tree: those that begin alike share what they read.

use crate::header::Program;
use crate::step::{self, Op};

/// An operation in the tree, whose nodes stand in preorder: behind a node stand its children, each with all below it.
pub struct Node {
    pub op: Op,
    /// The bytes that the operation may begin with, as bits.
    begins: [u64; 4],
    pub depth: usize,
    /// The smallest number of a program here or below: the first that fits in their order is wanted.
    pub least: usize,
    /// The program that ends here.
    pub program: Option<usize>,
    /// The node behind all that is below this one, and behind all that is below its parent.
    pub behind: usize,
    pub behind_parent: usize,
}

impl Node {
    #[inline(always)]
    pub fn may_begin(&self, line: &[u8], at: usize) -> bool {
        match line.get(at) {
            Some(byte) => self.begins[(byte >> 6) as usize] >> (byte & 63) & 1 == 1,
            None => matches!(self.op.code, step::BLANKS | step::MESSAGE),
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

/// The programs as a tree; those that are an expression stand in none.
pub fn tree_of(programs: &[Program]) -> Vec<Node> {
    let (mut branches, mut nodes) = (Vec::new(), Vec::new());
    for (number, program) in programs.iter().enumerate() {
        if !matches!(&program.ops[..], [op] if op.code == step::EXPRESSION) {
            plant(&mut branches, &program.ops, number);
        }
    }
    grow(&mut nodes, &branches, 0);
    nodes
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

/// Add branches to the nodes, in preorder.
fn grow(nodes: &mut Vec<Node>, branches: &[Branch], depth: usize) {
    let first = nodes.len();
    for branch in branches {
        let mut begins = [0u64; 4];
        for byte in (0..=255u8).filter(|byte| step::may_begin(branch.op, *byte)) {
            begins[(byte >> 6) as usize] |= 1 << (byte & 63);
        }
        let (op, least, program) = (branch.op.clone(), branch.least, branch.program);
        let number = nodes.len();
        nodes.push(Node { op, begins, depth, least, program, behind: 0, behind_parent: 0 });
        grow(nodes, &branch.children, depth + 1);
        nodes[number].behind = nodes.len();
    }
    let behind_all = nodes.len();
    nodes[first..].iter_mut().filter(|node| node.depth == depth).for_each(|node| node.behind_parent = behind_all);
}
