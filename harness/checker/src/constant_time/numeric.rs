//! Instructions over numbers: those that a secret may be in, and none of which takes longer for it.

use wasmparser::Operator;

use super::vector;

/// What an instruction does with the values on the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Computed {
    /// Takes nothing.
    Constant(u128),
    /// Takes one value.
    One(u128),
    /// Takes two.
    Two(u128),
    /// Takes three.
    Three(u128),
}

const fn u32_of(x: u128) -> u32 {
    x as u32
}

const fn u64_of(x: u128) -> u64 {
    x as u64
}

const fn s32(x: u128) -> i32 {
    x as i32
}

const fn s64(x: u128) -> i64 {
    x as i64
}

fn from32(x: i32) -> u128 {
    u128::from(x.cast_unsigned())
}

fn from64(x: i64) -> u128 {
    u128::from(x.cast_unsigned())
}

/// What an instruction makes of the last three values on the stack, `c` the topmost; nothing where it is none that is
/// known here.
pub(super) fn compute(operator: &Operator<'_>, a: u128, b: u128, c: u128) -> Option<Computed> {
    if let Some(value) = super::program::constant(operator) {
        return Some(Computed::Constant(value));
    }
    if let Some(value) = one(operator, c) {
        return Some(Computed::One(value));
    }
    if let Some(value) = two(operator, b, c) {
        return Some(Computed::Two(value));
    }
    vector::compute(operator, a, b, c)
}

fn one(operator: &Operator<'_>, x: u128) -> Option<u128> {
    use Operator as O;
    Some(match operator {
        O::I32Eqz => u128::from(u32_of(x) == 0),
        O::I64Eqz => u128::from(u64_of(x) == 0),
        O::I32Clz => u128::from(u32_of(x).leading_zeros()),
        O::I32Ctz => u128::from(u32_of(x).trailing_zeros()),
        O::I32Popcnt => u128::from(u32_of(x).count_ones()),
        O::I64Clz => u128::from(u64_of(x).leading_zeros()),
        O::I64Ctz => u128::from(u64_of(x).trailing_zeros()),
        O::I64Popcnt => u128::from(u64_of(x).count_ones()),
        O::I32WrapI64 | O::I64ExtendI32U => u128::from(u32_of(x)),
        O::I64ExtendI32S | O::I64Extend32S => from64(i64::from(s32(x))),
        O::I32Extend8S => from32(i32::from(x as i8)),
        O::I32Extend16S => from32(i32::from(x as i16)),
        O::I64Extend8S => from64(i64::from(x as i8)),
        O::I64Extend16S => from64(i64::from(x as i16)),
        _ => return None,
    })
}

fn two(operator: &Operator<'_>, x: u128, y: u128) -> Option<u128> {
    two_32(operator, u32_of(x), u32_of(y)).or_else(|| two_64(operator, u64_of(x), u64_of(y)))
}

fn two_32(operator: &Operator<'_>, x: u32, y: u32) -> Option<u128> {
    use Operator as O;
    let (s, t) = (x.cast_signed(), y.cast_signed());
    Some(u128::from(match operator {
        O::I32Eq => u32::from(x == y),
        O::I32Ne => u32::from(x != y),
        O::I32LtS => u32::from(s < t),
        O::I32LtU => u32::from(x < y),
        O::I32GtS => u32::from(s > t),
        O::I32GtU => u32::from(x > y),
        O::I32LeS => u32::from(s <= t),
        O::I32LeU => u32::from(x <= y),
        O::I32GeS => u32::from(s >= t),
        O::I32GeU => u32::from(x >= y),
        O::I32Add => x.wrapping_add(y),
        O::I32Sub => x.wrapping_sub(y),
        O::I32Mul => x.wrapping_mul(y),
        O::I32And => x & y,
        O::I32Or => x | y,
        O::I32Xor => x ^ y,
        O::I32Shl => x.wrapping_shl(y),
        O::I32ShrS => s.wrapping_shr(y).cast_unsigned(),
        O::I32ShrU => x.wrapping_shr(y),
        O::I32Rotl => x.rotate_left(y % 32),
        O::I32Rotr => x.rotate_right(y % 32),
        _ => return None,
    }))
}

fn two_64(operator: &Operator<'_>, x: u64, y: u64) -> Option<u128> {
    use Operator as O;
    let (s, t) = (x.cast_signed(), y.cast_signed());
    // What is left of the count decides, and that is in its low bits.
    let count = y as u32;
    Some(u128::from(match operator {
        O::I64Eq => u64::from(x == y),
        O::I64Ne => u64::from(x != y),
        O::I64LtS => u64::from(s < t),
        O::I64LtU => u64::from(x < y),
        O::I64GtS => u64::from(s > t),
        O::I64GtU => u64::from(x > y),
        O::I64LeS => u64::from(s <= t),
        O::I64LeU => u64::from(x <= y),
        O::I64GeS => u64::from(s >= t),
        O::I64GeU => u64::from(x >= y),
        O::I64Add => x.wrapping_add(y),
        O::I64Sub => x.wrapping_sub(y),
        O::I64Mul => x.wrapping_mul(y),
        O::I64And => x & y,
        O::I64Or => x | y,
        O::I64Xor => x ^ y,
        O::I64Shl => x.wrapping_shl(count),
        O::I64ShrS => s.wrapping_shr(count).cast_unsigned(),
        O::I64ShrU => x.wrapping_shr(count),
        O::I64Rotl => x.rotate_left(count % 64),
        O::I64Rotr => x.rotate_right(count % 64),
        _ => return None,
    }))
}

/// The quotient or the remainder, for an instruction that divides; or why it traps.
pub(super) fn divide(
    operator: &Operator<'_>,
    x: u128,
    y: u128,
) -> Option<Result<u128, &'static str>> {
    use Operator as O;
    const ZERO: &str = "a division by zero";
    const OVERFLOW: &str = "a quotient that is too large";
    let (bits, zero) = match operator {
        O::I32DivS | O::I32DivU | O::I32RemS | O::I32RemU => (32, u32_of(y) == 0),
        O::I64DivS | O::I64DivU | O::I64RemS | O::I64RemU => (64, u64_of(y) == 0),
        _ => return None,
    };
    if zero {
        return Some(Err(ZERO));
    }
    let (s, t) = if bits == 32 {
        (i64::from(s32(x)), i64::from(s32(y)))
    } else {
        (s64(x), s64(y))
    };
    Some(match operator {
        O::I32DivS => i32::try_from(s / t).map(from32).map_err(|_| OVERFLOW),
        O::I32DivU => Ok(u128::from(u32_of(x) / u32_of(y))),
        O::I32RemS => Ok(from32((s % t) as i32)),
        O::I32RemU => Ok(u128::from(u32_of(x) % u32_of(y))),
        O::I64DivS => s.checked_div(t).map(from64).ok_or(OVERFLOW),
        O::I64DivU => Ok(u128::from(u64_of(x) / u64_of(y))),
        O::I64RemS => Ok(from64(s.wrapping_rem(t))),
        _ => Ok(u128::from(u64_of(x) % u64_of(y))),
    })
}
