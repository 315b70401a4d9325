//! Instructions over vectors of integers.

use wasmparser::Operator;

use super::numeric::Computed;

const LOW_HALF: u128 = u64::MAX as u128;

/// The lowest `bits` bits.
const fn mask(bits: u32) -> u64 {
    if bits == 64 {
        u64::MAX
    } else {
        (1 << bits) - 1
    }
}

fn lane(vector: u128, bits: u32, index: u32) -> u64 {
    (vector >> (index * bits)) as u64 & mask(bits)
}

/// A lane as a number with a sign.
fn signed(bits: u32, lane: u64) -> i64 {
    let over = 64 - bits;
    (lane << over).cast_signed() >> over
}

/// A vector of the lanes that `f` gives.
fn lanes(bits: u32, f: impl Fn(u32) -> u64) -> u128 {
    (0..128 / bits).fold(0, |vector, index| {
        vector | u128::from(f(index) & mask(bits)) << (index * bits)
    })
}

fn zip(bits: u32, a: u128, b: u128, f: impl Fn(u64, u64) -> u64) -> u128 {
    lanes(bits, |index| f(lane(a, bits, index), lane(b, bits, index)))
}

/// A number within the range of a lane, as near as can be to `x`.
fn saturated(bits: u32, sign: bool, x: i64) -> u64 {
    let (least, most) = if sign {
        (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    } else {
        (0, (1 << bits) - 1)
    };
    x.clamp(least, most).cast_unsigned()
}

/// What is done to the lanes of two vectors, or to each of one with a number.
#[derive(Debug, Clone, Copy)]
enum Lanewise {
    Eq,
    Ne,
    Lt(bool),
    Gt(bool),
    Le(bool),
    Ge(bool),
    Add,
    Sub,
    AddSat(bool),
    SubSat(bool),
    Mul,
    Min(bool),
    Max(bool),
    Average,
}

impl Lanewise {
    fn of(operator: &Operator<'_>) -> Option<(u32, Self)> {
        use Operator as O;
        Some(match operator {
            O::I8x16Eq => (8, Self::Eq),
            O::I16x8Eq => (16, Self::Eq),
            O::I32x4Eq => (32, Self::Eq),
            O::I64x2Eq => (64, Self::Eq),
            O::I8x16Ne => (8, Self::Ne),
            O::I16x8Ne => (16, Self::Ne),
            O::I32x4Ne => (32, Self::Ne),
            O::I64x2Ne => (64, Self::Ne),
            O::I8x16LtS => (8, Self::Lt(true)),
            O::I16x8LtS => (16, Self::Lt(true)),
            O::I32x4LtS => (32, Self::Lt(true)),
            O::I64x2LtS => (64, Self::Lt(true)),
            O::I8x16LtU => (8, Self::Lt(false)),
            O::I16x8LtU => (16, Self::Lt(false)),
            O::I32x4LtU => (32, Self::Lt(false)),
            O::I8x16GtS => (8, Self::Gt(true)),
            O::I16x8GtS => (16, Self::Gt(true)),
            O::I32x4GtS => (32, Self::Gt(true)),
            O::I64x2GtS => (64, Self::Gt(true)),
            O::I8x16GtU => (8, Self::Gt(false)),
            O::I16x8GtU => (16, Self::Gt(false)),
            O::I32x4GtU => (32, Self::Gt(false)),
            O::I8x16LeS => (8, Self::Le(true)),
            O::I16x8LeS => (16, Self::Le(true)),
            O::I32x4LeS => (32, Self::Le(true)),
            O::I64x2LeS => (64, Self::Le(true)),
            O::I8x16LeU => (8, Self::Le(false)),
            O::I16x8LeU => (16, Self::Le(false)),
            O::I32x4LeU => (32, Self::Le(false)),
            O::I8x16GeS => (8, Self::Ge(true)),
            O::I16x8GeS => (16, Self::Ge(true)),
            O::I32x4GeS => (32, Self::Ge(true)),
            O::I64x2GeS => (64, Self::Ge(true)),
            O::I8x16GeU => (8, Self::Ge(false)),
            O::I16x8GeU => (16, Self::Ge(false)),
            O::I32x4GeU => (32, Self::Ge(false)),
            O::I8x16Add => (8, Self::Add),
            O::I16x8Add => (16, Self::Add),
            O::I32x4Add => (32, Self::Add),
            O::I64x2Add => (64, Self::Add),
            O::I8x16Sub => (8, Self::Sub),
            O::I16x8Sub => (16, Self::Sub),
            O::I32x4Sub => (32, Self::Sub),
            O::I64x2Sub => (64, Self::Sub),
            O::I8x16AddSatS => (8, Self::AddSat(true)),
            O::I16x8AddSatS => (16, Self::AddSat(true)),
            O::I8x16AddSatU => (8, Self::AddSat(false)),
            O::I16x8AddSatU => (16, Self::AddSat(false)),
            O::I8x16SubSatS => (8, Self::SubSat(true)),
            O::I16x8SubSatS => (16, Self::SubSat(true)),
            O::I8x16SubSatU => (8, Self::SubSat(false)),
            O::I16x8SubSatU => (16, Self::SubSat(false)),
            O::I16x8Mul => (16, Self::Mul),
            O::I32x4Mul => (32, Self::Mul),
            O::I64x2Mul => (64, Self::Mul),
            O::I8x16MinS => (8, Self::Min(true)),
            O::I16x8MinS => (16, Self::Min(true)),
            O::I32x4MinS => (32, Self::Min(true)),
            O::I8x16MinU => (8, Self::Min(false)),
            O::I16x8MinU => (16, Self::Min(false)),
            O::I32x4MinU => (32, Self::Min(false)),
            O::I8x16MaxS => (8, Self::Max(true)),
            O::I16x8MaxS => (16, Self::Max(true)),
            O::I32x4MaxS => (32, Self::Max(true)),
            O::I8x16MaxU => (8, Self::Max(false)),
            O::I16x8MaxU => (16, Self::Max(false)),
            O::I32x4MaxU => (32, Self::Max(false)),
            O::I8x16AvgrU => (8, Self::Average),
            O::I16x8AvgrU => (16, Self::Average),
            _ => return None,
        })
    }

    fn apply(self, bits: u32, x: u64, y: u64) -> u64 {
        let all = |holds: bool| if holds { u64::MAX } else { 0 };
        let (s, t) = (signed(bits, x), signed(bits, y));
        // Without a sign, lanes of at most 32 bits.
        let wide = |sign| {
            if sign {
                (s, t)
            } else {
                (x.cast_signed(), y.cast_signed())
            }
        };
        match self {
            Self::Eq => all(x == y),
            Self::Ne => all(x != y),
            Self::Lt(sign) => all(if sign { s < t } else { x < y }),
            Self::Gt(sign) => all(if sign { s > t } else { x > y }),
            Self::Le(sign) => all(if sign { s <= t } else { x <= y }),
            Self::Ge(sign) => all(if sign { s >= t } else { x >= y }),
            Self::Add => x.wrapping_add(y),
            Self::Sub => x.wrapping_sub(y),
            Self::AddSat(sign) => {
                let (x, y) = wide(sign);
                saturated(bits, sign, x + y)
            }
            Self::SubSat(sign) => {
                let (x, y) = wide(sign);
                saturated(bits, sign, x - y)
            }
            Self::Mul => x.wrapping_mul(y),
            Self::Min(true) => s.min(t).cast_unsigned(),
            Self::Min(false) => x.min(y),
            Self::Max(true) => s.max(t).cast_unsigned(),
            Self::Max(false) => x.max(y),
            Self::Average => (x + y).div_ceil(2),
        }
    }
}

/// What an instruction makes of the last three values on the stack, `c` the topmost.
pub(super) fn compute(operator: &Operator<'_>, a: u128, b: u128, c: u128) -> Option<Computed> {
    if let Some((bits, lanewise)) = Lanewise::of(operator) {
        let value = zip(bits, b, c, |x, y| lanewise.apply(bits, x, y));
        return Some(Computed::Two(value));
    }
    if let Some(value) = one(operator, c) {
        return Some(Computed::One(value));
    }
    if let Some(value) = two(operator, b, c) {
        return Some(Computed::Two(value));
    }
    match operator {
        Operator::V128Bitselect => Some(Computed::Three(a & c | b & !c)),
        _ => None,
    }
}

fn one(operator: &Operator<'_>, x: u128) -> Option<u128> {
    use Operator as O;
    let extract = |bits, index: u8| lane(x, bits, u32::from(index));
    let extract_signed = |bits, index| signed(bits, extract(bits, index));
    let splat = |bits| lanes(bits, |_| x as u64);
    let all_true = |bits| u128::from((0..128 / bits).all(|index| lane(x, bits, index) != 0));
    let bitmask = |bits: u32| {
        (0..128 / bits).fold(0, |mask, index| {
            mask | u128::from(lane(x, bits, index) >> (bits - 1)) << index
        })
    };
    let each = |bits, f: fn(i64) -> i64| {
        lanes(bits, |index| {
            f(signed(bits, lane(x, bits, index))).cast_unsigned()
        })
    };
    let extend = |bits, half: u128, sign: bool| {
        let from = if half == 0 { x } else { x >> 64 };
        lanes(bits * 2, |index| widened(from, bits, index, sign))
    };
    let pairwise = |bits, sign: bool| {
        lanes(bits * 2, |index| {
            widened(x, bits, 2 * index, sign).wrapping_add(widened(x, bits, 2 * index + 1, sign))
        })
    };
    Some(match operator {
        O::V128Not => !x,
        O::V128AnyTrue => u128::from(x != 0),
        O::I8x16AllTrue => all_true(8),
        O::I16x8AllTrue => all_true(16),
        O::I32x4AllTrue => all_true(32),
        O::I64x2AllTrue => all_true(64),
        O::I8x16Bitmask => bitmask(8),
        O::I16x8Bitmask => bitmask(16),
        O::I32x4Bitmask => bitmask(32),
        O::I64x2Bitmask => bitmask(64),
        O::I8x16Splat => splat(8),
        O::I16x8Splat => splat(16),
        O::I32x4Splat => splat(32),
        O::I64x2Splat => splat(64),
        O::I8x16ExtractLaneU { lane } => u128::from(extract(8, *lane)),
        O::I16x8ExtractLaneU { lane } => u128::from(extract(16, *lane)),
        O::I8x16ExtractLaneS { lane } => u128::from(extract_signed(8, *lane) as u32),
        O::I16x8ExtractLaneS { lane } => u128::from(extract_signed(16, *lane) as u32),
        O::I32x4ExtractLane { lane } => u128::from(extract(32, *lane)),
        O::I64x2ExtractLane { lane } => u128::from(extract(64, *lane)),
        O::I8x16Abs => each(8, i64::wrapping_abs),
        O::I16x8Abs => each(16, i64::wrapping_abs),
        O::I32x4Abs => each(32, i64::wrapping_abs),
        O::I64x2Abs => each(64, i64::wrapping_abs),
        O::I8x16Neg => each(8, i64::wrapping_neg),
        O::I16x8Neg => each(16, i64::wrapping_neg),
        O::I32x4Neg => each(32, i64::wrapping_neg),
        O::I64x2Neg => each(64, i64::wrapping_neg),
        O::I8x16Popcnt => lanes(8, |index| u64::from(lane(x, 8, index).count_ones())),
        O::I16x8ExtendLowI8x16S => extend(8, 0, true),
        O::I16x8ExtendLowI8x16U => extend(8, 0, false),
        O::I16x8ExtendHighI8x16S => extend(8, 1, true),
        O::I16x8ExtendHighI8x16U => extend(8, 1, false),
        O::I32x4ExtendLowI16x8S => extend(16, 0, true),
        O::I32x4ExtendLowI16x8U => extend(16, 0, false),
        O::I32x4ExtendHighI16x8S => extend(16, 1, true),
        O::I32x4ExtendHighI16x8U => extend(16, 1, false),
        O::I64x2ExtendLowI32x4S => extend(32, 0, true),
        O::I64x2ExtendLowI32x4U => extend(32, 0, false),
        O::I64x2ExtendHighI32x4S => extend(32, 1, true),
        O::I64x2ExtendHighI32x4U => extend(32, 1, false),
        O::I16x8ExtAddPairwiseI8x16S => pairwise(8, true),
        O::I16x8ExtAddPairwiseI8x16U => pairwise(8, false),
        O::I32x4ExtAddPairwiseI16x8S => pairwise(16, true),
        O::I32x4ExtAddPairwiseI16x8U => pairwise(16, false),
        _ => return None,
    })
}

/// A lane, as wide as a number can be.
fn widened(vector: u128, bits: u32, index: u32, sign: bool) -> u64 {
    let lane = lane(vector, bits, index);
    if sign {
        signed(bits, lane).cast_unsigned()
    } else {
        lane
    }
}

fn two(operator: &Operator<'_>, x: u128, y: u128) -> Option<u128> {
    use Operator as O;
    let count = |bits: u32| y as u32 % bits;
    let shl = |bits| lanes(bits, |index| lane(x, bits, index) << count(bits));
    let shr_u = |bits| lanes(bits, |index| lane(x, bits, index) >> count(bits));
    let shr_s = |bits| {
        lanes(bits, |index| {
            (signed(bits, lane(x, bits, index)) >> count(bits)).cast_unsigned()
        })
    };
    let replace = |bits: u32, index: u8| {
        lanes(bits, |place| {
            if place == u32::from(index) {
                y as u64
            } else {
                lane(x, bits, place)
            }
        })
    };
    // Twice as wide as before, by `half` (0 or 1) of both.
    let extmul = |bits: u32, half: u32, sign: bool| {
        let (x, y) = (x >> (64 * half) & LOW_HALF, y >> (64 * half) & LOW_HALF);
        lanes(bits * 2, |index| {
            widened(x, bits, index, sign).wrapping_mul(widened(y, bits, index, sign))
        })
    };
    let narrow = |bits: u32, sign: bool| {
        let half = 64 / bits;
        lanes(bits, |index| {
            let from = if index < half { x } else { y };
            saturated(
                bits,
                sign,
                signed(2 * bits, lane(from, 2 * bits, index % half)),
            )
        })
    };
    Some(match operator {
        O::V128And => x & y,
        O::V128AndNot => x & !y,
        O::V128Or => x | y,
        O::V128Xor => x ^ y,
        O::I8x16Shl => shl(8),
        O::I16x8Shl => shl(16),
        O::I32x4Shl => shl(32),
        O::I64x2Shl => shl(64),
        O::I8x16ShrU => shr_u(8),
        O::I16x8ShrU => shr_u(16),
        O::I32x4ShrU => shr_u(32),
        O::I64x2ShrU => shr_u(64),
        O::I8x16ShrS => shr_s(8),
        O::I16x8ShrS => shr_s(16),
        O::I32x4ShrS => shr_s(32),
        O::I64x2ShrS => shr_s(64),
        O::I8x16ReplaceLane { lane } => replace(8, *lane),
        O::I16x8ReplaceLane { lane } => replace(16, *lane),
        O::I32x4ReplaceLane { lane } => replace(32, *lane),
        O::I64x2ReplaceLane { lane } => replace(64, *lane),
        O::I8x16Shuffle { lanes: places } => lanes(8, |index| {
            let place = u32::from(places[index as usize]);
            let from = if place < 16 { x } else { y };
            lane(from, 8, place % 16)
        }),
        O::I8x16Swizzle => lanes(8, |index| match lane(y, 8, index) {
            place @ 0..16 => lane(x, 8, place as u32),
            _ => 0,
        }),
        O::I8x16NarrowI16x8S => narrow(8, true),
        O::I8x16NarrowI16x8U => narrow(8, false),
        O::I16x8NarrowI32x4S => narrow(16, true),
        O::I16x8NarrowI32x4U => narrow(16, false),
        O::I16x8ExtMulLowI8x16S => extmul(8, 0, true),
        O::I16x8ExtMulLowI8x16U => extmul(8, 0, false),
        O::I16x8ExtMulHighI8x16S => extmul(8, 1, true),
        O::I16x8ExtMulHighI8x16U => extmul(8, 1, false),
        O::I32x4ExtMulLowI16x8S => extmul(16, 0, true),
        O::I32x4ExtMulLowI16x8U => extmul(16, 0, false),
        O::I32x4ExtMulHighI16x8S => extmul(16, 1, true),
        O::I32x4ExtMulHighI16x8U => extmul(16, 1, false),
        O::I64x2ExtMulLowI32x4S => extmul(32, 0, true),
        O::I64x2ExtMulLowI32x4U => extmul(32, 0, false),
        O::I64x2ExtMulHighI32x4S => extmul(32, 1, true),
        O::I64x2ExtMulHighI32x4U => extmul(32, 1, false),
        O::I32x4DotI16x8S => lanes(32, |index| {
            let product =
                |place| widened(x, 16, place, true).wrapping_mul(widened(y, 16, place, true));
            product(2 * index).wrapping_add(product(2 * index + 1))
        }),
        _ => return None,
    })
}
