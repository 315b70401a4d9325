use std::collections::BTreeMap;
use std::time::Duration;

use kilowat_swarm::memory::{Format, Page, Put};
use kilowat_swarm::{Error, Memory};

use super::{Folder, START, tagged};

fn keys(memory: &Memory, namespace: &str) -> Vec<String> {
    let page = Page {
        limit: 1_000,
        ..Page::default()
    };
    let items = memory.list(namespace, page).unwrap().items;
    items.into_iter().map(|item| item.key).collect()
}

#[test]
fn values_come_back_with_what_is_known_about_them() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let value = BTreeMap::from([("a".to_owned(), 1.5), ("é".to_owned(), -2e300)]);
    assert_eq!(memory.put("n", "k", &value).unwrap(), 1);
    folder.clock.advance(Duration::from_secs(1));
    let put = Put {
        meta: Some(r#"{"by":"test"}"#),
        ..Put::default()
    };
    assert_eq!(memory.put_with("n", "k", &value, put).unwrap(), 2);
    let entry = memory
        .get::<BTreeMap<String, f64>>("n", "k")
        .unwrap()
        .unwrap();
    assert_eq!(entry.value, value);
    assert_eq!((entry.version, entry.format), (2, Format::Json));
    assert_eq!(entry.created, START);
    assert_eq!(entry.updated, START.after(Duration::from_secs(1)));
    assert_eq!((entry.expires, entry.meta.as_deref()), (None, put.meta));
    assert!(memory.get::<u32>("n", "other").unwrap().is_none());
    assert!(memory.get::<u32>("other", "k").unwrap().is_none());

    let bytes = [0xff, 0, 0x80];
    memory.put_bytes("n", "b", &bytes, Put::default()).unwrap();
    let entry = memory.get_bytes("n", "b").unwrap().unwrap();
    assert_eq!((entry.value, entry.format), (bytes.to_vec(), Format::Bytes));

    memory
        .put_json("n", "j", b" { \"b\" : 1 , \"a\" : 2 } ", Put::default())
        .unwrap();
    let entry = memory.get_bytes("n", "j").unwrap().unwrap();
    assert_eq!(entry.value, br#"{"b":1,"a":2}"#);
}

#[test]
fn values_of_all_lengths_come_back() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let mut random = 1_u32;
    for len in [0, 1, 100, 1_023, 1_024, 1_025, 5_000, 70_000, 1 << 20] {
        let text = "agents and tasks, ".repeat(len / 18 + 1)[..len].to_owned();
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 24) as u8
        })
        .take(len)
        .collect();
        memory.put("n", "text", &text).unwrap();
        memory
            .put_bytes("n", "noise", &noise, Put::default())
            .unwrap();
        assert_eq!(
            memory.get::<String>("n", "text").unwrap().unwrap().value,
            text
        );
        assert_eq!(
            memory.get_bytes("n", "noise").unwrap().unwrap().value,
            noise
        );
        let item = |key| memory.item("n", key).unwrap().unwrap();
        assert_eq!(
            item("text").bytes,
            len as u64 + 2,
            "quotes are of the value"
        );
        assert!(len < 2_000 || item("text").stored < len as u64 / 8);
        assert_eq!(item("noise").stored, len as u64, "noise is not shorter");
    }
}

#[test]
fn what_has_expired_is_gone_at_once() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let put = Put {
        ttl: Some(Duration::from_secs(10)),
        tags: &["t"],
        ..Put::default()
    };
    memory.put_with("n", "k", "needle", put).unwrap();
    folder.clock.advance(Duration::from_millis(9_999));
    assert!(memory.get::<String>("n", "k").unwrap().is_some());
    folder.clock.advance(Duration::from_millis(1));
    assert!(memory.get::<String>("n", "k").unwrap().is_none());
    assert!(memory.item("n", "k").unwrap().is_none());
    assert!(keys(&memory, "n").is_empty());
    assert!(memory.tagged("n", "t").unwrap().is_empty());
    assert!(memory.search(None, b"needle", 9).unwrap().found.is_empty());
    assert!(memory.stats().unwrap().namespaces.is_empty());
    assert!(!memory.delete("n", "k").unwrap(), "it was not there");
    // In its place a new one begins.
    memory.put_with("n", "k", "needle", put).unwrap();
    folder.clock.advance(Duration::from_secs(20));
    let put = Put {
        if_version: Some(0),
        ..Put::default()
    };
    memory.put_with("n", "k", "new", put).unwrap();
    let entry = memory.get::<String>("n", "k").unwrap().unwrap();
    assert_eq!((entry.created, entry.expires), (entry.updated, None));
}

#[test]
fn what_has_expired_is_removed_a_thousand_at_a_time() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let put = Put {
        ttl: Some(Duration::from_secs(1)),
        ..Put::default()
    };
    memory
        .transaction(|t| {
            (0..2_500)
                .try_for_each(|number| t.put_with("old", &number.to_string(), "x", put).map(drop))
        })
        .unwrap();
    let expired = || memory.stats().unwrap().expired;
    for left in [1_500, 500, 0, 0] {
        folder.clock.advance(Duration::from_secs(2));
        memory.put("n", "k", "x").unwrap();
        assert_eq!(expired(), left);
    }
}

#[test]
fn a_version_is_replaced_once() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let put = |value: &str, if_version| {
        let put = Put {
            if_version: Some(if_version),
            ..Put::default()
        };
        memory.put_with("n", "k", value, put)
    };
    assert_eq!(put("a", 0).unwrap(), 1);
    let error = put("b", 0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "entry k of n has version 1, not 0: somebody else has written it"
    );
    assert_eq!(put("b", 1).unwrap(), 2);
    assert!(matches!(put("c", 1), Err(Error::Version { found: 2, .. })));
    assert_eq!(memory.get::<String>("n", "k").unwrap().unwrap().value, "b");
}

#[test]
fn tags_are_those_of_the_last_put() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    memory
        .put_with("n", "a", &1, tagged(&["red", "blue", "red"]))
        .unwrap();
    memory.put_with("n", "b", &2, tagged(&["red"])).unwrap();
    memory.put_with("m", "c", &3, tagged(&["red"])).unwrap();
    let with = |tag| -> Vec<_> {
        let items = memory.tagged("n", tag).unwrap();
        items.into_iter().map(|item| item.key).collect()
    };
    assert_eq!(with("red"), ["a", "b"]);
    assert_eq!(with("blue"), ["a"]);
    assert_eq!(
        memory.item("n", "a").unwrap().unwrap().tags,
        ["blue", "red"]
    );
    memory.put_with("n", "a", &1, tagged(&["blue"])).unwrap();
    memory.delete("n", "b").unwrap();
    assert!(with("red").is_empty());
    assert_eq!(with("blue"), ["a"]);
    assert!(memory.check().unwrap().is_sound());
}

#[test]
fn pages_of_a_list_are_the_list() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let all: Vec<_> = (0..25).map(|number| format!("k{number:02}")).collect();
    for key in all.iter().rev() {
        memory.put("n", key, &()).unwrap();
    }
    memory.put("o", "other", &()).unwrap();
    for limit in [1, 5, 7, 24, 25, 26] {
        let (mut pages, mut listed) = (0, Vec::new());
        let mut after = None::<String>;
        loop {
            let page = Page {
                after: after.as_deref(),
                limit,
            };
            let listing = memory.list("n", page).unwrap();
            listed.extend(listing.items.into_iter().map(|item| item.key));
            pages += 1;
            after = listing.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!((listed, pages), (all.clone(), 25_u32.div_ceil(limit)));
    }
    assert_eq!(memory.delete_all("n").unwrap(), 25);
    assert_eq!((keys(&memory, "n").len(), keys(&memory, "o").len()), (0, 1));
}

#[test]
fn search_finds_what_values_hold() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let long = format!("{}needle", "hay and straw, ".repeat(500));
    memory.put("n", "long", &long).unwrap();
    memory.put("n", "none", "pin").unwrap();
    memory.put("m", "short", "a needle").unwrap();
    let found = |namespace, limit| {
        let search = memory.search(namespace, b"needle", limit).unwrap();
        let found = search.found.into_iter();
        let found: Vec<_> = found.map(|found| (found.key, found.offset)).collect();
        (found, search.is_cut)
    };
    let (short, long_at) = (("short".to_owned(), 3), ("long".to_owned(), 7_501));
    assert_eq!(
        found(None, 9),
        (vec![short.clone(), long_at.clone()], false)
    );
    assert_eq!(found(Some("n"), 9), (vec![long_at], false));
    assert_eq!(found(None, 1), (vec![short], true));
    let search = memory.search(Some("n"), b"needle", 1).unwrap();
    let excerpt = String::from_utf8(search.found[0].excerpt.clone()).unwrap();
    assert!(excerpt.ends_with("straw, needle\""), "{excerpt}");
}

#[test]
fn names_and_values_that_are_none_are_refused() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let words = |error: Error| error.to_string();
    let error = memory.put("n", "../k", &1).unwrap_err();
    assert_eq!(
        words(error),
        "the key `../k` has two dots in a row at byte 0"
    );
    assert!(matches!(memory.put("", "k", &1), Err(Error::Name(_))));
    assert!(matches!(memory.get::<u8>("n", "a b"), Err(Error::Name(_))));
    assert!(matches!(
        memory.put_with("n", "k", &1, tagged(&["ä"])),
        Err(Error::Name(_))
    ));
    let error = memory.put_json("n", "k", b"{", Put::default()).unwrap_err();
    assert!(words(error).starts_with("entry k of n: line 1, column 2: "));
    memory.put("n", "k", "text").unwrap();
    let error = memory.get::<u32>("n", "k").unwrap_err();
    assert!(matches!(error, Error::Json { .. }), "{error}");
}
