//! Arithmetic on constants, as an engine would do it.

use wasmparser::{MemArg, Operator};

/// A constant that can be folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Constant {
    I32(i32),
    I64(i64),
}

impl Constant {
    /// The constant that an operator pushes, if it is one.
    pub(super) fn of(operator: &Operator<'_>) -> Option<Self> {
        match operator {
            Operator::I32Const { value } => Some(Self::I32(*value)),
            Operator::I64Const { value } => Some(Self::I64(*value)),
            _ => None,
        }
    }

    /// The operator that pushes it.
    pub(super) fn operator(self) -> Operator<'static> {
        match self {
            Self::I32(value) => Operator::I32Const { value },
            Self::I64(value) => Operator::I64Const { value },
        }
    }
}

/// What an operator makes of one constant.
pub(super) fn unary(operator: &Operator<'_>, x: Constant) -> Option<Constant> {
    use Constant::{I32, I64};
    use Operator as O;
    Some(match (operator, x) {
        (O::I32Eqz, I32(x)) => truth(x == 0),
        (O::I64Eqz, I64(x)) => truth(x == 0),
        (O::I32WrapI64, I64(x)) => I32(x as i32),
        (O::I64ExtendI32S, I32(x)) => I64(x.into()),
        (O::I64ExtendI32U, I32(x)) => I64(x.cast_unsigned().into()),
        _ => return None,
    })
}

/// What an operator makes of two constants. `None` also where it would trap.
pub(super) fn binary(operator: &Operator<'_>, x: Constant, y: Constant) -> Option<Constant> {
    use Constant::{I32, I64};
    use Operator as O;
    // Of a shift, the engines take as many bits as its type has.
    Some(match (operator, x, y) {
        (O::I32Add, I32(x), I32(y)) => I32(x.wrapping_add(y)),
        (O::I32Sub, I32(x), I32(y)) => I32(x.wrapping_sub(y)),
        (O::I32Mul, I32(x), I32(y)) => I32(x.wrapping_mul(y)),
        (O::I32And, I32(x), I32(y)) => I32(x & y),
        (O::I32Or, I32(x), I32(y)) => I32(x | y),
        (O::I32Xor, I32(x), I32(y)) => I32(x ^ y),
        (O::I32Shl, I32(x), I32(y)) => I32(x.wrapping_shl(y as u32)),
        (O::I32ShrS, I32(x), I32(y)) => I32(x.wrapping_shr(y as u32)),
        (O::I32ShrU, I32(x), I32(y)) => I32((x as u32).wrapping_shr(y as u32) as i32),
        (O::I32Rotl, I32(x), I32(y)) => I32(x.rotate_left(y as u32 & 31)),
        (O::I32Rotr, I32(x), I32(y)) => I32(x.rotate_right(y as u32 & 31)),
        (O::I32DivU, I32(x), I32(y)) => I32((x as u32).checked_div(y as u32)? as i32),
        (O::I32RemU, I32(x), I32(y)) => I32((x as u32).checked_rem(y as u32)? as i32),
        (O::I64Add, I64(x), I64(y)) => I64(x.wrapping_add(y)),
        (O::I64Sub, I64(x), I64(y)) => I64(x.wrapping_sub(y)),
        (O::I64Mul, I64(x), I64(y)) => I64(x.wrapping_mul(y)),
        (O::I64And, I64(x), I64(y)) => I64(x & y),
        (O::I64Or, I64(x), I64(y)) => I64(x | y),
        (O::I64Xor, I64(x), I64(y)) => I64(x ^ y),
        (O::I64Shl, I64(x), I64(y)) => I64(x.wrapping_shl(y as u32)),
        (O::I64ShrS, I64(x), I64(y)) => I64(x.wrapping_shr(y as u32)),
        (O::I64ShrU, I64(x), I64(y)) => I64((x as u64).wrapping_shr(y as u32) as i64),
        (O::I64Rotl, I64(x), I64(y)) => I64(x.rotate_left(y as u32 & 63)),
        (O::I64Rotr, I64(x), I64(y)) => I64(x.rotate_right(y as u32 & 63)),
        _ => truth(compare(operator, x, y)?),
    })
}

/// What a comparison says of two constants.
pub(super) fn compare(operator: &Operator<'_>, x: Constant, y: Constant) -> Option<bool> {
    use Constant::{I32, I64};
    use Operator as O;
    Some(match (operator, x, y) {
        (O::I32Eq, I32(x), I32(y)) => x == y,
        (O::I32Ne, I32(x), I32(y)) => x != y,
        (O::I32LtS, I32(x), I32(y)) => x < y,
        (O::I32LtU, I32(x), I32(y)) => (x as u32) < y as u32,
        (O::I32GtS, I32(x), I32(y)) => x > y,
        (O::I32GtU, I32(x), I32(y)) => x as u32 > y as u32,
        (O::I32LeS, I32(x), I32(y)) => x <= y,
        (O::I32LeU, I32(x), I32(y)) => x as u32 <= y as u32,
        (O::I32GeS, I32(x), I32(y)) => x >= y,
        (O::I32GeU, I32(x), I32(y)) => x as u32 >= y as u32,
        (O::I64Eq, I64(x), I64(y)) => x == y,
        (O::I64Ne, I64(x), I64(y)) => x != y,
        (O::I64LtS, I64(x), I64(y)) => x < y,
        (O::I64LtU, I64(x), I64(y)) => (x as u64) < y as u64,
        (O::I64GtS, I64(x), I64(y)) => x > y,
        (O::I64GtU, I64(x), I64(y)) => x as u64 > y as u64,
        (O::I64LeS, I64(x), I64(y)) => x <= y,
        (O::I64LeU, I64(x), I64(y)) => x as u64 <= y as u64,
        (O::I64GeS, I64(x), I64(y)) => x >= y,
        (O::I64GeU, I64(x), I64(y)) => x as u64 >= y as u64,
        _ => return None,
    })
}

/// Whether an operator gives back its first operand when its second is `y`.
pub(super) fn is_identity(operator: &Operator<'_>, y: Constant) -> bool {
    use Operator as O;
    match operator {
        O::I32Add | O::I32Sub | O::I32Or | O::I32Xor | O::I32Shl | O::I32ShrS | O::I32ShrU => {
            y == Constant::I32(0)
        }
        O::I64Add | O::I64Sub | O::I64Or | O::I64Xor | O::I64Shl | O::I64ShrS | O::I64ShrU => {
            y == Constant::I64(0)
        }
        O::I32Mul => y == Constant::I32(1),
        O::I64Mul => y == Constant::I64(1),
        _ => false,
    }
}

fn truth(holds: bool) -> Constant {
    Constant::I32(holds.into())
}

/// The immediate of a load or a store, which its address is counted from.
pub(super) fn memarg<'o>(operator: &'o mut Operator<'_>) -> Option<&'o mut MemArg> {
    use Operator as O;
    match operator {
        O::I32Load { memarg }
        | O::I64Load { memarg }
        | O::F32Load { memarg }
        | O::F64Load { memarg }
        | O::I32Load8S { memarg }
        | O::I32Load8U { memarg }
        | O::I32Load16S { memarg }
        | O::I32Load16U { memarg }
        | O::I64Load8S { memarg }
        | O::I64Load8U { memarg }
        | O::I64Load16S { memarg }
        | O::I64Load16U { memarg }
        | O::I64Load32S { memarg }
        | O::I64Load32U { memarg }
        | O::I32Store { memarg }
        | O::I64Store { memarg }
        | O::F32Store { memarg }
        | O::F64Store { memarg }
        | O::I32Store8 { memarg }
        | O::I32Store16 { memarg }
        | O::I64Store8 { memarg }
        | O::I64Store16 { memarg }
        | O::I64Store32 { memarg }
        | O::V128Load { memarg }
        | O::V128Load8x8S { memarg }
        | O::V128Load8x8U { memarg }
        | O::V128Load16x4S { memarg }
        | O::V128Load16x4U { memarg }
        | O::V128Load32x2S { memarg }
        | O::V128Load32x2U { memarg }
        | O::V128Load8Splat { memarg }
        | O::V128Load16Splat { memarg }
        | O::V128Load32Splat { memarg }
        | O::V128Load64Splat { memarg }
        | O::V128Load32Zero { memarg }
        | O::V128Load64Zero { memarg }
        | O::V128Store { memarg }
        | O::V128Load8Lane { memarg, .. }
        | O::V128Load16Lane { memarg, .. }
        | O::V128Load32Lane { memarg, .. }
        | O::V128Load64Lane { memarg, .. }
        | O::V128Store8Lane { memarg, .. }
        | O::V128Store16Lane { memarg, .. }
        | O::V128Store32Lane { memarg, .. }
        | O::V128Store64Lane { memarg, .. } => Some(memarg),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_is_that_of_the_engines() {
        use Constant::{I32, I64};
        let of = |operator: Operator<'static>, x, y| binary(&operator, x, y);
        assert_eq!(
            of(Operator::I32Add, I32(i32::MAX), I32(1)),
            Some(I32(i32::MIN))
        );
        assert_eq!(of(Operator::I32Shl, I32(1), I32(33)), Some(I32(2)));
        assert_eq!(of(Operator::I32ShrU, I32(-1), I32(28)), Some(I32(15)));
        assert_eq!(of(Operator::I32ShrS, I32(-16), I32(2)), Some(I32(-4)));
        assert_eq!(of(Operator::I32Rotr, I32(1), I32(33)), Some(I32(i32::MIN)));
        assert_eq!(of(Operator::I64Rotl, I64(i64::MIN), I64(65)), Some(I64(1)));
        assert_eq!(of(Operator::I32LtU, I32(1), I32(-1)), Some(I32(1)));
        assert_eq!(of(Operator::I32LtS, I32(1), I32(-1)), Some(I32(0)));
        // What traps is left to trap.
        assert_eq!(of(Operator::I32DivU, I32(1), I32(0)), None);
        assert_eq!(of(Operator::I32RemU, I32(-1), I32(16)), Some(I32(15)));
        let extended = unary(&Operator::I64ExtendI32U, I32(-1));
        assert_eq!(extended, Some(I64(0xffff_ffff)));
    }
}
