//! Secrets, and what only looks like one: `tests/data/secrets/tokens.tsv`, counted in a snapshot.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kilowat_hooks::rules::Settings;
use kilowat_hooks::scan::{Kept, Source};
use kilowat_hooks::security::{self, Secrets};
use kilowat_hooks::syntax::Regions;
use kilowat_hooks::{Finding, Language, Severity};

use crate::reader;

/// Draws letters: always the same for the same line.
struct Draw(u64);

impl Draw {
    fn number(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed >> 33) as usize) % below
    }

    fn letters(&mut self, count: usize, of: &str) -> String {
        let of = of.as_bytes();
        (0..count)
            .map(|_| char::from(of[self.number(of.len())]))
            .collect()
    }

    /// A part of what stands between `«` and `»`; what was put together before it is there for checksums.
    fn part(&mut self, part: &str, before: &str) -> String {
        const DIGITS: &str = "0123456789";
        const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
        const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let alnum = format!("{DIGITS}{UPPER}{LOWER}");
        let lines = |draw: &mut Self, between: &str| {
            let line = |draw: &mut Self| draw.letters(64, &format!("{alnum}+/"));
            [line(draw), line(draw), line(draw)].join(between)
        };
        let (kind, rest) = part.split_once(' ').unwrap_or((part, ""));
        if let Some(how) = kind.strip_prefix("pem") {
            let between = match how {
                "-escaped" => "\\n",
                "-indented" => "\n  ",
                "-joined" => "\\n' +\n  '",
                _ => "\n",
            };
            return format!(
                "-----BEGIN {rest}-----{between}{}{between}-----END {rest}-----",
                lines(self, between)
            );
        }
        if kind.starts_with("jwt") {
            let (header, claims) = rest.split_once(' ').unwrap_or((rest, ""));
            let [header, claims] = [header, claims].map(|text| URL_SAFE_NO_PAD.encode(text));
            return match kind {
                "jwt" => format!(
                    "{header}.{claims}.{}",
                    self.letters(43, &format!("{alnum}_-"))
                ),
                "jwt-unsigned" => format!("{header}.{claims}."),
                _ => header,
            };
        }
        let count = rest.parse().unwrap_or_default();
        match kind {
            "alnum" => self.letters(count, &alnum),
            "word" => self.letters(count, &format!("{alnum}_-")),
            "base64" => self.letters(count, &format!("{alnum}+/")),
            "base32" => self.letters(count, &format!("{UPPER}234567")),
            "lower" => self.letters(count, &format!("{DIGITS}{LOWER}")),
            "letters" => self.letters(count, &format!("{UPPER}{LOWER}")),
            "digits" => self.letters(count, DIGITS),
            "hex" => self.letters(count, "0123456789abcdef"),
            "HEX" => self.letters(count, "0123456789ABCDEF"),
            "uuid" => [8, 4, 4, 4, 12]
                .map(|count| self.letters(count, "0123456789abcdef"))
                .join("-"),
            "crc32" => {
                let body = before.rsplit('_').next().unwrap_or_default();
                let mut sum = crc32fast::hash(body.as_bytes()) as usize;
                let mut letters = Vec::new();
                for _ in 0..6 {
                    letters.push(char::from(alnum.as_bytes()[sum % 62]));
                    sum /= 62;
                }
                letters.iter().rev().collect()
            }
            "bech32" => self.bech32(before),
            _ => part.to_owned(),
        }
    }

    /// 52 letters of Bech32 and the checksum that a key of age has, as BIP 173 makes it.
    fn bech32(&mut self, before: &str) -> String {
        const LETTERS: &str = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
        let name = before.trim_end_matches('1').to_ascii_lowercase();
        let data = self.letters(52, LETTERS);
        let value = |letter: char| LETTERS.find(letter).unwrap_or_default() as u32;
        let upper = name.bytes().map(|byte| u32::from(byte >> 5));
        let lower = name.bytes().map(|byte| u32::from(byte & 31));
        let values = upper
            .chain([0])
            .chain(lower)
            .chain(data.chars().map(value))
            .chain([0; 6]);
        let mut sum = 1_u32;
        for value in values {
            let top = sum >> 25;
            sum = (sum & 0x01ff_ffff) << 5 ^ value;
            for (bit, word) in [
                0x3b6a_57b2,
                0x2650_8e6d,
                0x1ea1_19fa,
                0x3d42_33dd,
                0x2a14_62b3,
            ]
            .iter()
            .enumerate()
            {
                sum ^= if top >> bit & 1 == 1 { *word } else { 0 };
            }
        }
        let sum = sum ^ 1;
        let sums = (0..6).map(|place| LETTERS.as_bytes()[(sum >> (5 * (5 - place)) & 31) as usize]);
        data + &sums.map(char::from).collect::<String>()
    }

    /// The text of a line, and what was drawn in it.
    fn text(&mut self, text: &str) -> (String, String) {
        let (mut whole, mut drawn) = (String::new(), String::new());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('«') {
            whole.push_str(&unescape(before));
            let (parts, behind) = behind.split_once('»').expect("» is there");
            let mut token = String::new();
            for part in parts.split('|') {
                token += &self.part(part, &token);
            }
            whole.push_str(&token);
            drawn = token;
            rest = behind;
        }
        (whole + &unescape(rest), drawn)
    }
}

/// `\n` is a line end, and `\\` a backslash.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        out.push(match letter {
            '\\' if letters.next() == Some('n') => '\n',
            other => other,
        });
    }
    out
}

/// What of the corpus a line is.
struct Case {
    is_secret: bool,
    rule: &'static str,
    language: Option<Language>,
    text: String,
    drawn: String,
}

fn cases() -> Vec<Case> {
    const TOKENS: &str = include_str!("../data/secrets/tokens.tsv");
    let lines = TOKENS
        .lines()
        .zip(1_u64..)
        .filter(|(line, _)| !line.starts_with('#'));
    let cases = lines.map(|(line, number)| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [verdict, rule, language, text] = fields[..] else {
            panic!("line {number} has {} fields", fields.len());
        };
        let (text, drawn) = Draw(number).text(text);
        Case {
            is_secret: verdict == "+",
            rule,
            language: Language::named(language),
            text,
            drawn,
        }
    });
    cases.collect()
}

fn find(secrets: &Secrets, language: Option<Language>, text: &str, is_test: bool) -> Vec<Finding> {
    let regions =
        language.map_or_else(Regions::default, |language| reader::regions(language, text));
    let source = Source {
        path: Path::new("src/file"),
        language,
        bytes: text.as_bytes(),
        regions: &regions,
        is_test,
    };
    secrets.find(&source, &Kept::default())
}

/// Of each kind: how many of the corpus are found, missed, and told where there is none; and which these are.
#[test]
fn the_corpus() {
    let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let mut wrong = String::new();
    for case in cases() {
        let found = find(Secrets::shared(), case.language, &case.text, false);
        let those = found
            .iter()
            .filter(|finding| finding.rule == case.rule)
            .count();
        let count = counts.entry(case.rule).or_default();
        let place = match (case.is_secret, those) {
            (true, 1) => 0,
            (true, _) => 1,
            (false, 0) => 3,
            (false, _) => 2,
        };
        count[place] += 1;
        if place == 1 || place == 2 {
            let what = if case.is_secret { "missed" } else { "false" };
            // A finding never holds a secret, and nor does a snapshot.
            let _ = writeln!(
                wrong,
                "{what}: {} in {:?}",
                case.rule,
                case.text.replace(&case.drawn, "…")
            );
        }
        // Of a secret nothing else is told: one place, one finding.
        if place == 0 && found.len() != 1 {
            let rules: Vec<_> = found.iter().map(|finding| finding.rule.as_ref()).collect();
            let _ = writeln!(wrong, "more: {rules:?} for {}", case.rule);
        }
    }
    let mut table = String::from("found  missed  false  passed over\n");
    let mut sums = [0; 4];
    for (rule, [found, missed, wrong, passed]) in &counts {
        let _ = writeln!(table, "{found:5} {missed:7} {wrong:6} {passed:12}  {rule}");
        for (sum, count) in sums.iter_mut().zip([found, missed, wrong, passed]) {
            *sum += count;
        }
    }
    let [found, missed, false_ones, passed] = sums;
    let _ = writeln!(
        table,
        "{found:5} {missed:7} {false_ones:6} {passed:12}  together\n\n{wrong}"
    );
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/hooks"));
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("secrets", table));
    // Each kind has cases of both sorts.
    for (rule, ..) in security::kinds() {
        let [found, _, _, passed] = counts.get(rule).copied().unwrap_or_default();
        assert!(
            found > 0 && passed > 0,
            "{rule}: {found} found, {passed} passed over"
        );
    }
}

/// Neither the finding nor anything that is made of it has the secret, and its place is where that stands.
#[test]
fn a_finding_never_holds_a_secret() {
    for case in cases().iter().filter(|case| case.is_secret) {
        for finding in find(Secrets::shared(), case.language, &case.text, false) {
            let secret = &case.text[finding.offset..finding.offset + finding.len];
            assert!(security::is_secret(&finding.rule), "{}", finding.rule);
            assert!(secret.len() >= 8, "{}", case.rule);
            let told = format!("{finding:?}");
            // The armour of a key is no secret, nor is the address before one, but what stands behind it.
            let drawn = if secret.starts_with("-----") {
                &case.drawn[..200]
            } else {
                secret
            };
            let body = &drawn[drawn.len() / 2..];
            for start in 0..=body.len().saturating_sub(8) {
                let piece = body.get(start..start + 8).unwrap_or(body);
                assert!(!told.contains(piece), "{}", case.rule);
            }
        }
    }
}

#[test]
fn in_a_test_a_secret_matters_less() {
    let (text, _) = Draw(1).text("token = '«glpat-|word 20»'\npassword = 'Kq7!vzR2pd'");
    let severities = |is_test| -> Vec<Severity> {
        let found = find(Secrets::shared(), Some(Language::Python), &text, is_test);
        found.iter().map(|finding| finding.severity).collect()
    };
    assert_eq!(severities(false), [Severity::Error, Severity::Warning]);
    assert_eq!(severities(true), [Severity::Warning]);
}

#[test]
fn a_kind_of_secrets_is_switched_off_or_allowed() {
    let (text, _) = Draw(2).text("a = '«glpat-|word 20»'\nb = '«glpat-|word 20»' # kilowat:allow security.gitlab\nc = '«dapi|hex 32»'");
    let found = |secrets: &Secrets| -> Vec<String> {
        let found = find(secrets, Some(Language::Python), &text, false);
        found
            .iter()
            .map(|finding| finding.rule.to_string())
            .collect()
    };
    assert_eq!(
        found(Secrets::shared()),
        ["security.gitlab", "security.databricks"]
    );
    let settings = Settings::parse("[rules]\ndisable = ['security.gitlab']").unwrap();
    assert_eq!(
        found(&Secrets::new(Arc::new(settings))),
        ["security.databricks"]
    );
}

/// Files that have everywhere what is looked closer at, take no more time than others.
#[test]
fn hostile_files_take_time_in_proportion() {
    const SIZE: usize = 128 << 10;
    // If each place read the whole file, it would be minutes.
    const LIMIT: Duration = Duration::from_secs(10);
    let mut pieces: Vec<String> = cases()
        .iter()
        .map(|case| case.drawn.chars().take(24).collect())
        .collect();
    pieces.sort();
    pieces.dedup_by_key(|piece| piece.get(..4).map(str::to_owned));
    let all = pieces.concat();
    pieces = [
        "token='",
        "token=",
        "secret secret:",
        "password",
        "glpat-",
        "-glpat-",
        "sk-ant-api03-",
        "T3BlbkFJ",
        "sk-T3BlbkFJ",
        "eyJhbGciOi.",
        "eyJhbGciOi",
        "eyJhbGciOi.ey.",
        "s://",
        "s://a:b",
        "s://a:bcdefgh@",
        "ya29.",
        "AccountKey=",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nabcd",
        "1//0",
        " cio",
        "hvs.",
        "AAAA",
        "dp.st.",
        "pypi-AgEIcHlwaS5vcmc",
        "-us1",
        "AZDO",
        "\n",
    ]
    .map(str::to_owned)
    .to_vec();
    pieces.push(all);
    for piece in pieces {
        let text = piece.repeat(SIZE / piece.len());
        let started = Instant::now();
        let found = find(Secrets::shared(), None, &text, false);
        let took = started.elapsed();
        println!(
            "{:?}: {took:?}, {} found",
            piece.get(..20).unwrap_or(&piece),
            found.len()
        );
        assert!(took < LIMIT, "{took:?}");
    }
}

/// Bytes that are no UTF-8, and a file of four mebibytes.
#[test]
fn any_bytes_are_looked_at() {
    let mut draw = Draw(3);
    let bytes: Vec<u8> = (0..4 << 20).map(|_| draw.number(256) as u8).collect();
    let regions = Regions::default();
    let source = Source {
        path: Path::new("x"),
        language: None,
        bytes: &bytes,
        regions: &regions,
        is_test: false,
    };
    assert_eq!(Secrets::shared().find(&source, &Kept::default()), []);
    // Each literal at the end of a file, and a byte on each side of it.
    for case in &cases() {
        let text = case.text.as_bytes();
        for cut in 1..text.len() {
            let source = Source {
                bytes: &text[..cut],
                language: case.language,
                ..source
            };
            Secrets::shared().find(&source, &Kept::default());
        }
    }
}
