//! Texts of the kinds that users have, made anew for each run and always the same.

use std::fmt::Write as _;

use kilowat_operations::generator::Generator;

/// Words of English by how common they are: each is half as likely again as the one behind it, in groups.
const WORDS: &str = "the of and to a in that is was he for it with as his on be at by had not are but from or have an \
    they which one you were her all she there would their we him been has when who will more no if out so said what \
    up its about into than them can only other new some could time these two may then do first any my now such like \
    our over man me even most made after also did many before must through back years where much your way well down \
    should because each just those people how too little state good very make world still own see men work long get \
    here between both life being under never day same another know while last might us great old year off come since \
    against go came right used take three states himself few house use during without again place american around \
    however home small found mrs thought went say part once general high upon school every don't does got united left \
    number course war until always away something fact though water less public put think almost hand enough far took \
    head yet government system better set told nothing night end why called didn't eyes find going look asked later \
    knew point next program city business give group toward young days let room president side social given present \
    several order national possible rather second face per among form important often things looked early white case \
    large need big four within felt children along saw best church ever least power development light thing seemed \
    family interest want members mind country area others done turned although open god service certain kind problem \
    began different door thus help sense means whole matter";

const NAMES: &[&str] = &[
    "Ada", "Grace", "Edsger", "Barbara", "Donald", "Tony", "Niklaus", "Frances", "Ken", "Radia",
];

const CITIES: &[&str] = &[
    "Zürich",
    "Oslo",
    "Kyoto",
    "São Paulo",
    "Boston",
    "Lagos",
    "Hanoi",
    "Perth",
];

/// The start of a text that `piece` goes on with, of `len` bytes: no character is cut.
fn of_pieces(seed: u64, len: usize, mut piece: impl FnMut(&mut Generator, &mut String)) -> Vec<u8> {
    let mut generator = Generator::new(seed, &[]);
    let mut text = String::with_capacity(len + 4096);
    while text.len() < len {
        piece(&mut generator, &mut text);
    }
    let mut end = len;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.extend(std::iter::repeat_n('.', len - end));
    text.into_bytes()
}

/// One JSON array of about `len` bytes.
fn array_of(seed: u64, len: usize, mut item: impl FnMut(&mut Generator, &mut String)) -> Vec<u8> {
    let mut generator = Generator::new(seed, &[]);
    let mut text = String::from("[");
    loop {
        item(&mut generator, &mut text);
        if text.len() >= len {
            break;
        }
        text.push(',');
    }
    text.push(']');
    text.into_bytes()
}

fn word(generator: &mut Generator, words: &[&'static str]) -> &'static str {
    // The least of three is common words' more often.
    let mut place = words.len() - 1;
    for _ in 0..3 {
        place = place.min(generator.number(0..=words.len() - 1));
    }
    words[place]
}

fn sentence(generator: &mut Generator, text: &mut String) {
    let words: Vec<_> = WORDS.split_ascii_whitespace().collect();
    for index in 0..generator.number(4..=22) {
        let word = word(generator, &words);
        if index == 0 {
            text.push(word.as_bytes()[0].to_ascii_uppercase().into());
            text.push_str(&word[1..]);
        } else {
            text.push_str(if generator.one_in(9) { ", " } else { " " });
            text.push_str(word);
        }
    }
    let end = generator.choose(&[". ", ". ", ". ", "? ", ".\n", ".\n\n"]);
    text.push_str(end);
}

/// English sentences, in ASCII.
pub(crate) fn english(len: usize) -> Vec<u8> {
    of_pieces(1, len, sentence)
}

/// A program in JavaScript.
pub(crate) fn javascript(len: usize) -> Vec<u8> {
    Generator::new(2, &[]).source_text(len)
}

/// Sentences of Latin letters, a fifth of which are not ASCII.
pub(crate) fn latin(len: usize) -> Vec<u8> {
    of_pieces(3, len, |generator, text| {
        for _ in 0..generator.number(2..=9) {
            let letter = if generator.one_in(5) {
                generator.number(0xe0..=0xff)
            } else {
                generator.number(0x61..=0x7a)
            };
            text.extend(char::from_u32(letter as u32));
        }
        text.push(' ');
    })
}

/// Chinese sentences.
pub(crate) fn chinese(len: usize) -> Vec<u8> {
    of_pieces(4, len, han)
}

fn han(generator: &mut Generator, text: &mut String) {
    for _ in 0..generator.number(5..=20) {
        text.extend(char::from_u32(generator.number(0x4e00..=0x9fa5) as u32));
    }
    text.push('。');
}

/// Bytes of no meaning.
pub(crate) fn random(len: usize) -> Vec<u8> {
    Generator::new(5, &[]).random_bytes(len)
}

/// A record of a log, in JSON.
fn log_record(generator: &mut Generator, text: &mut String) {
    let level = *generator.choose(&["info", "info", "info", "debug", "warn", "error"]);
    let (second, milli) = (generator.number(0..=86_399), generator.number(0..=999));
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let path = *generator.choose(&[
        "/api/v1/agents",
        "/api/v1/memory",
        "/health",
        "/api/v1/messages",
    ]);
    let status = *generator.choose(&[200, 200, 200, 201, 204, 404, 500]);
    // Writing to a string does not fail.
    let _ = write!(
        text,
        "{{\"time\":\"2026-11-30T{hour:02}:{minute:02}:{second:02}.{milli:03}Z\",\"level\":\"{level}\",\
         \"agent\":\"agent-{:04}\",\"path\":\"{path}\",\"status\":{status},\"ms\":{}.{},\"trace\":\"{:016x}\"}}",
        generator.number(0..=400),
        generator.number(0..=200),
        generator.number(0..=99),
        generator.number(0..=usize::MAX),
    );
}

/// JSON, a record a line.
pub(crate) fn log_lines(len: usize) -> Vec<u8> {
    of_pieces(6, len, |generator, text| {
        log_record(generator, text);
        text.push('\n');
    })
}

/// The same records in one array.
pub(crate) fn log_array(len: usize) -> Vec<u8> {
    array_of(6, len, log_record)
}

/// Posts of people, as a social network answers: text in several languages, links, nested objects, flags.
pub(crate) fn posts(len: usize) -> Vec<u8> {
    array_of(7, len, |generator, text| {
        let id = generator.number(1 << 40..=1 << 58);
        let name = generator.choose(NAMES);
        let mut body = String::new();
        sentence(generator, &mut body);
        if generator.one_in(3) {
            han(generator, &mut body);
        }
        let body = body.replace('\n', "\\n");
        let _ = write!(
            text,
            "{{\"created_at\":\"Mon Nov 30 02:46:34 +0000 2026\",\"id\":{id},\"id_str\":\"{id}\",\"text\":\"{body}\",\
             \"source\":\"<a href=\\\"https:\\/\\/example.org\\/{}\\\">web<\\/a>\",\"truncated\":false,\
             \"user\":{{\"name\":\"{name}\",\"location\":\"{}\",\"followers_count\":{},\"verified\":{},\"url\":null,\
             \"colors\":[\"{:06X}\",\"{:06X}\"]}},\"retweet_count\":{},\"favorited\":false,\"lang\":\"en\"}}",
            generator.number(1..=999),
            generator.choose(CITIES),
            generator.number(0..=90_000),
            generator.one_in(4),
            generator.number(0..=0xff_ffff),
            generator.number(0..=0xff_ffff),
            generator.number(0..=300),
        );
    })
}

/// A catalogue of events: many short objects, keys of numbers, null.
pub(crate) fn events(len: usize) -> Vec<u8> {
    array_of(8, len, |generator, text| {
        let id = generator.number(138_000_000..=345_999_999);
        let _ = write!(
            text,
            "{{\"areaNames\":{{\"{}\":\"Arrière-scène central\"}},\"event\":{id},\"logo\":null,\"name\":null,\
             \"prices\":[{{\"amount\":{},\"audienceSubCategoryId\":{},\"seatCategoryId\":{}}},{{\"amount\":{},\
             \"audienceSubCategoryId\":{},\"seatCategoryId\":{}}}],\"start\":{},\"topicIds\":[{},{},{}]}}",
            generator.number(205_705_993..=205_706_009),
            generator.number(1..=20) * 5_000,
            generator.number(337_100_890..=337_100_899),
            generator.number(338_937_235..=338_937_299),
            generator.number(1..=20) * 5_000,
            generator.number(337_100_890..=337_100_899),
            generator.number(338_937_235..=338_937_299),
            generator.number(1_372_701_600_000..=1_402_701_600_000),
            generator.number(107_888_604..=324_846_100),
            generator.number(107_888_604..=324_846_100),
            generator.number(107_888_604..=324_846_100),
        );
    })
}

/// Up to an eighth of a degree, of either sign.
fn degrees(generator: &mut Generator) -> f64 {
    let step = generator.number(0..=1 << 30) as u32;
    f64::from(step) / 4_294_967_296.0 - 0.125
}

/// Outlines of countries: pairs of doubles of fifteen digits.
pub(crate) fn coordinates(len: usize) -> Vec<u8> {
    array_of(9, len, |generator, text| {
        let (mut x, mut y) = (-65.613_616_999_999_98, 43.420_273_000_000_01);
        text.push('[');
        for point in 0..generator.number(3..=12) {
            let comma = if point == 0 { "" } else { "," };
            x += degrees(generator);
            y += degrees(generator);
            let _ = write!(text, "{comma}[{x:?},{y:?}]");
        }
        text.push(']');
    })
}

/// What a package says of itself, indented.
pub(crate) fn package(len: usize) -> Vec<u8> {
    let words: Vec<_> = WORDS
        .split_ascii_whitespace()
        .filter(|word| word.len() > 3)
        .collect();
    let mut generator = Generator::new(10, &[]);
    let mut text = String::from(
        "{\n  \"name\": \"kilowat\",\n  \"version\": \"1.2.3\",\n  \"private\": true,\n  \"type\": \"module\",\n  \
         \"scripts\": {\n    \"build\": \"tsc -p .\",\n    \"test\": \"node --test\"\n  },\n  \"dependencies\": {\n",
    );
    loop {
        let _ = write!(
            text,
            "    \"@{}/{}-{}\": \"^{}.{}.{}\"",
            generator.choose(&words),
            generator.choose(&words),
            generator.choose(&words),
            generator.number(0..=20),
            generator.number(0..=30),
            generator.number(0..=9),
        );
        if text.len() >= len {
            break;
        }
        text.push_str(",\n");
    }
    text.push_str("\n  }\n}\n");
    text.into_bytes()
}

/// Short integers.
pub(crate) fn integers(len: usize) -> Vec<u8> {
    array_of(11, len, |generator, text| {
        let digits = generator.number(1..=5);
        let _ = write!(
            text,
            "{}",
            generator.number(0..=10_usize.pow(digits as u32) - 1)
        );
    })
}

/// Chinese texts in objects.
pub(crate) fn chinese_objects(len: usize) -> Vec<u8> {
    array_of(12, len, |generator, text| {
        text.push_str("{\"标题\":\"");
        han(generator, text);
        text.push_str("\",\"正文\":\"");
        han(generator, text);
        han(generator, text);
        text.push_str("\"}");
    })
}
