//! Numbers, from their digits to the nearest double. The oracle is the standard library.

use std::fmt::Write as _;

use kilowat_operations::generator::Generator;
use kilowat_operations::ops::JsonParse;
use kilowat_operations::session::Session;
use num_bigint::BigUint;

use super::sessions;

const TAG_DOUBLE: u64 = 20;

/// Numbers that are to be parsed in one call.
struct Numbers {
    text: String,
    expected: Vec<u64>,
}

impl Numbers {
    fn new() -> Self {
        Self {
            text: "[".to_owned(),
            expected: Vec::new(),
        }
    }

    /// Adds a number that JSON does not take for an integer.
    fn push(&mut self, number: &str) {
        let value: f64 = number.parse().unwrap();
        self.push_as(number, value);
    }

    fn push_as(&mut self, number: &str, value: f64) {
        assert_eq!(number.parse(), Ok(value), "the oracle of {number}");
        if !self.expected.is_empty() {
            self.text.push(',');
        }
        self.text.push_str(number);
        self.expected.push(value.to_bits());
    }

    /// Whether the kernel has the same numbers.
    fn check(&mut self, session: &mut Session) {
        self.text.push(']');
        let text = self.text.as_bytes();
        let input = (text, 1, JsonParse::bound(text.len()));
        let tape = session.run::<JsonParse>(input).unwrap().unwrap();
        let (pairs, rest) = tape[8..].as_chunks::<16>();
        assert_eq!((pairs.len(), rest), (self.expected.len(), &[][..]));
        let numbers = self.text[1..self.text.len() - 1].split(',');
        for ((pair, bits), number) in pairs.iter().zip(&self.expected).zip(numbers) {
            let pair = u128::from_le_bytes(*pair);
            assert_eq!(pair as u64, TAG_DOUBLE, "{number}");
            let value = (pair >> 64) as u64;
            assert_eq!(value, *bits, "{number}: {value:#x} for {bits:#x}");
        }
        *self = Self::new();
    }
}

/// Numbers that have been hard for others: Paxson and Kahan's for 53 bits (1991), and such as hung or misled programs.
#[test]
fn known_hard_numbers() {
    const HARD: &[(&str, u64)] = &[
        ("2.2250738585072011e-308", 0x000f_ffff_ffff_ffff),
        ("2.2250738585072012e-308", 0x0010_0000_0000_0000),
        ("2.2250738585072014e-308", 0x0010_0000_0000_0000),
        ("1.7976931348623157e308", 0x7fef_ffff_ffff_ffff),
        ("1.7976931348623158e308", 0x7fef_ffff_ffff_ffff),
        ("4.9406564584124654e-324", 1),
        ("2.4703282292062328e-324", 1),
        ("2.4703282292062327e-324", 0),
        ("1e-400", 0),
        // (2^608 - 1) * 10^-163: as integers it and what is halfway have numbers of words that differ.
        (
            concat!(
                "106227598563353419737917641310493725465918623545406384639888827640080711972170448547832500",
                "453045857133777865897249300203069315867530541447881903995753317470388766254167078643806345",
                "6255",
                "e-163"
            ),
            0x4417_08d0_f84d_3de7,
        ),
        ("0e400", 0),
        ("-0.0", 1 << 63),
        ("-0e-7", 1 << 63),
        ("9007199254740993.0", 0x4340_0000_0000_0000),
        (
            "9007199254740993.00000000000000000000000001",
            0x4340_0000_0000_0001,
        ),
        (
            "9007199254740992.99999999999999999999999999",
            0x4340_0000_0000_0000,
        ),
        (
            "1.00000000000000011102230246251565404236316680908203125",
            0x3ff0_0000_0000_0000,
        ),
        (
            "1.00000000000000011102230246251565404236316680908203124",
            0x3ff0_0000_0000_0000,
        ),
        (
            "1.00000000000000011102230246251565404236316680908203126",
            0x3ff0_0000_0000_0001,
        ),
        (
            "1.00000000000000033306690738754696212708950042724609375",
            0x3ff0_0000_0000_0002,
        ),
    ];
    const OTHERS: &[&str] = &[
        "5e125",
        "69e267",
        "999e-026",
        "7861e-034",
        "75569e-254",
        "928609e-261",
        "9210917e080",
        "84863171e114",
        "653777767e273",
        "5232604057e-298",
        "27235667517e-109",
        "653532977297e-123",
        "3142213164987e-294",
        "46202199371337e-072",
        "231010996856685e-073",
        "9324754620109615e212",
        "78459735791271921e049",
        "272104041512242479e200",
        "6802601037806061975e198",
        "20505426358836677347e-221",
        "836168422905420598437e-234",
        "4891559871276714924261e222",
        "6929495644600919.5",
        "3.7455744005952583e15",
        "0.000061035156250000000000000000000000000000000000000000001",
        "104110013277974872254e-225",
    ];
    for mut session in sessions() {
        let mut numbers = Numbers::new();
        for (number, bits) in HARD {
            numbers.push_as(number, f64::from_bits(*bits));
        }
        for number in OTHERS {
            numbers.push(number);
        }
        numbers.check(&mut session);
    }
}

/// What lies halfway between two doubles goes to the even one; with a digit more or less it goes up or down.
#[test]
fn halfway_between_two_doubles() {
    let mut generator = Generator::of(0, "halfway", &[]);
    let [mut jit, mut interpreter] = sessions();
    for round in 0..1_500_u64 {
        // Every exponent is tried, subnormals among them, and the ends of mantissas.
        let mantissa = match round % 5 {
            0 => 0,
            1 => (1 << 52) - 1,
            _ => generator.number(0..=(1 << 52) - 1) as u64,
        };
        let bits = (round * 1_367 % 2_046) << 52 | mantissa;
        let (value, next) = (f64::from_bits(bits), f64::from_bits(bits + 1));
        if next.is_infinite() {
            continue;
        }
        let even = if bits % 2 == 0 { value } else { next };
        // (2 * mantissa + 1) * 2^exponent
        let field = bits >> 52;
        let whole = mantissa | u64::from(field > 0) << 52;
        let exponent = field.max(1) as i64 - 1_076;
        let half = BigUint::from(2 * whole + 1);
        let (digits, ten) = if exponent >= 0 {
            (half << exponent as u64, 0)
        } else {
            (half * BigUint::from(5_u32).pow(-exponent as u32), exponent)
        };
        let more = &digits * 10_u32 + 1_u32;
        let less = &digits * 10_u32 - 1_u32;
        let mut numbers = Numbers::new();
        numbers.push_as(&format!("{digits}e{ten}"), even);
        numbers.push_as(&format!("{more}e{}", ten - 1), next);
        numbers.push_as(&format!("{less}e{}", ten - 1), value);
        numbers.push_as(&format!("{digits}00000e{}", ten - 5), even);
        // More digits than are looked at one by one.
        let zeros = "0".repeat(800);
        numbers.push_as(&format!("{digits}.{zeros}e{ten}"), even);
        numbers.push_as(&format!("{digits}.{zeros}1e{ten}"), next);
        numbers.push_as(
            &format!("0.{digits}E{}", ten + digits.to_string().len() as i64),
            even,
        );
        let session = if round % 10 == 0 {
            &mut interpreter
        } else {
            &mut jit
        };
        numbers.check(session);
    }
}

/// Where the largest double ends, and where infinity begins.
#[test]
fn the_largest_double() {
    // 2^1024 - 2^970, halfway to what would be the next.
    let half = (BigUint::from(1_u32) << 1_024_u32) - (BigUint::from(1_u32) << 970_u32);
    let less = &half - 1_u32;
    for mut session in sessions() {
        let mut numbers = Numbers::new();
        for number in [
            format!("{less}"),
            format!("{less}.999"),
            format!("-{less}e0"),
        ] {
            let value = if number.starts_with('-') {
                f64::MIN
            } else {
                f64::MAX
            };
            numbers.push_as(&number, value);
        }
        numbers.check(&mut session);
        for number in [
            format!("{half}"),
            format!("-{half}.0"),
            format!("{half}e0"),
            "1e309".to_owned(),
            "1e99999999999999999999".to_owned(),
            format!("0.{}1e100000000", "0".repeat(1_000)),
        ] {
            let input = (number.as_bytes(), 1, 16);
            let error = session.run::<JsonParse>(input).unwrap().unwrap_err();
            assert_eq!(
                (error.start, error.end),
                (0, number.len() as u32),
                "{number}"
            );
        }
    }
}

/// Long exponents and many zeros cancel out.
#[test]
fn zeros_and_exponents() {
    let [mut jit, mut interpreter] = sessions();
    for session in [&mut jit, &mut interpreter] {
        let mut numbers = Numbers::new();
        numbers.push(&format!("0.{}1e1001", "0".repeat(1_000)));
        numbers.push(&format!("1{}e-1000", "0".repeat(1_000)));
        numbers.push(&format!("1{}e-1324", "0".repeat(1_000)));
        numbers.push(&format!(
            "123{}.{}e-0000000000000000990",
            "0".repeat(1_000),
            "0".repeat(900)
        ));
        numbers.push(&format!(
            "0.{}123456789012345678901234567890e+00350",
            "0".repeat(400)
        ));
        numbers.push("1e-99999999999999999999");
        numbers.push("0.0e99999999999999999999");
        numbers.check(session);
    }
}

/// Writes a double in one of the ways in which numbers are written.
fn write(generator: &mut Generator, value: f64) -> String {
    match generator.number(0..=6) {
        0 => format!("{value:e}"),
        1 => format!("{value:E}"),
        2 => format!("{value:.17e}"),
        3 => format!("{value:.*e}", generator.number(0..=30)),
        4 if (1e-30..1e30).contains(&value.abs()) => format!("{value:.25}"),
        _ if (1e-30..1e15).contains(&value.abs()) => format!("{value:?}"),
        _ => format!("{value:e}"),
    }
}

/// Parses so many random doubles back, most of them of every exponent, and some of everyday size.
fn random_doubles(seed: u64, count: u64) {
    let [mut jit, mut interpreter] = sessions();
    for batch in 0..count / 1_000 {
        let mut generator = Generator::of(seed, "doubles", &[batch]);
        let mut numbers = Numbers::new();
        while numbers.expected.len() < 1_000 {
            let bits = generator.number(0..=usize::MAX) as u64;
            let value = match bits % 4 {
                0 => (f64::from_bits(1_f64.to_bits() | bits >> 12) - 1.0) * 1e6,
                1 => f64::from((bits >> 40) as u32) / 100.0,
                _ => f64::from_bits(bits),
            };
            let number = write(&mut generator, value);
            // A double of few digits may be written as an integer, and one that is rounded up may be infinite.
            let is_double = number.contains(['.', 'e', 'E']);
            if is_double && number.parse::<f64>().is_ok_and(f64::is_finite) {
                numbers.push(&number);
            }
        }
        let session = if batch % 10 == 0 {
            &mut interpreter
        } else {
            &mut jit
        };
        numbers.check(session);
    }
}

#[test]
fn a_hundred_thousand_doubles() {
    random_doubles(1, 100_000);
}

#[test]
#[ignore = "takes a minute"]
fn ten_million_doubles() {
    random_doubles(2, 10_000_000);
}

/// Digits at random, with and without a point and an exponent, of every length up to 50.
#[test]
fn random_digits() {
    let mut generator = Generator::of(3, "digits", &[]);
    let [mut jit, _] = sessions();
    for _ in 0..100 {
        let mut numbers = Numbers::new();
        for _ in 0..500 {
            let count = generator.number(1..=50);
            let digits = generator.bytes_over(b"0123456789", count);
            let digits: String = digits.into_iter().map(char::from).collect();
            let first = generator.number(1..=9);
            let point = generator.number(0..=digits.len() - 1);
            let mut number = String::new();
            if generator.one_in(2) {
                number.push('-');
            }
            match generator.number(0..=2) {
                0 => write!(number, "{first}{}.{}", &digits[..point], &digits[point..]),
                1 => write!(number, "0.{digits}"),
                _ => write!(
                    number,
                    "{first}.{digits}e{}",
                    generator.number(0..=600) as i32 - 320
                ),
            }
            .unwrap();
            if number.parse::<f64>().is_ok_and(f64::is_finite) {
                numbers.push(&number);
            }
        }
        numbers.check(&mut jit);
    }
}

/// Integers of every length around the ends of what is kept exactly.
#[test]
fn integers() {
    let mut generator = Generator::of(4, "integers", &[]);
    let [mut jit, mut interpreter] = sessions();
    let mut texts = vec![
        "9223372036854775806".to_owned(),
        "9223372036854775807".to_owned(),
        "9223372036854775808".to_owned(),
        "-9223372036854775807".to_owned(),
        "-9223372036854775808".to_owned(),
        "-9223372036854775809".to_owned(),
        "18446744073709551609".to_owned(),
        "18446744073709551614".to_owned(),
        "18446744073709551615".to_owned(),
        "18446744073709551616".to_owned(),
        "18446744073709551620".to_owned(),
        "99999999999999999999".to_owned(),
        "100000000000000000000".to_owned(),
        "-18446744073709551615".to_owned(),
        "-0".to_owned(),
        "0".to_owned(),
    ];
    for digits in 0..=24 {
        for _ in 0..40 {
            let first = generator.number(1..=9);
            let rest = generator.bytes_over(b"0123456789", digits);
            let rest: String = rest.into_iter().map(char::from).collect();
            let sign = if generator.one_in(2) { "-" } else { "" };
            texts.push(format!("{sign}{first}{rest}"));
        }
    }
    for session in [&mut jit, &mut interpreter] {
        for text in &texts {
            let tape = session.run::<JsonParse>((text.as_bytes(), 0, 16));
            let tape = tape.unwrap().unwrap();
            let (words, _) = tape.as_chunks::<8>();
            let expected = if text == "-0" {
                [TAG_DOUBLE, (-0.0_f64).to_bits()]
            } else if let Ok(integer) = text.parse::<i64>() {
                [12, integer as u64]
            } else if let Ok(integer) = text.parse::<u64>() {
                [16, integer]
            } else {
                [TAG_DOUBLE, text.parse::<f64>().unwrap().to_bits()]
            };
            assert_eq!(words, expected.map(u64::to_le_bytes), "{text}");
        }
    }
}
