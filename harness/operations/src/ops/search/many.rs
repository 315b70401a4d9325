//! Search for many needles at once.

use std::sync::OnceLock;
#[cfg(feature = "native")]
use std::{cmp::Reverse, sync::Arc};

#[cfg(feature = "native")]
use aho_corasick::{AhoCorasick, MatchKind};

#[cfg(feature = "native")]
use super::needles;
use crate::argument::{ArgumentError, Given};
use crate::prelude::*;
use crate::shape::Field;
use crate::value::Kind;
use kilowat_kernels::string_ops;

/// The occurrences of needles, left to right, that do not overlap: of those that begin first, the longest.
/// Empty needles are never found.
#[derive(Debug)]
pub struct SearchMany;

/// An occurrence of one of many needles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// Where it begins.
    pub offset: usize,
    /// The number of the needle: its place among those that were given. Of equal ones it is the first.
    pub needle: usize,
}

/// What a search for many needles found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrences {
    /// How many occurrences there are.
    pub count: usize,
    /// The first ones, as many as there was room for.
    pub found: Vec<Occurrence>,
}

impl Answer for Occurrences {
    const FORM: Form = Form::of(Kind::Map);

    fn bytes(&self) -> Vec<u8> {
        let pairs = self
            .found
            .iter()
            .flat_map(|found| [found.offset, found.needle]);
        let numbers = std::iter::once(self.count).chain(pairs);
        numbers
            .flat_map(|number| (number as u64).to_le_bytes())
            .collect()
    }

    fn value(self) -> Result<Value, Refusal> {
        let numbers = |of: fn(&Occurrence) -> usize| {
            Value::Integers(self.found.iter().map(|found| of(found) as u64).collect())
        };
        Ok(Value::map([
            ("count", Value::Integer(self.count as u64)),
            ("offsets", numbers(|found| found.offset)),
            ("needles", numbers(|found| found.needle)),
        ]))
    }
}

/// What a search makes of its needles before it looks for them. It is the same for every haystack, and so
/// may be kept.
#[derive(Debug, Default)]
struct Prepared {
    /// What the kernel makes of them. Each engine makes the same.
    compiled: OnceLock<Vec<u8>>,
    /// What native code makes of them; nothing where they are too many for that.
    #[cfg(feature = "native")]
    native: OnceLock<Option<Arc<AhoCorasick>>>,
}

/// Needles that are looked for together, owned.
#[derive(Debug)]
pub struct NeedleSet {
    list: Vec<Vec<u8>>,
    prepared: Option<Prepared>,
}

impl NeedleSet {
    /// These needles. What is made of them for the first search is kept for the others.
    #[must_use]
    pub fn new(list: Vec<Vec<u8>>) -> Self {
        Self {
            list,
            prepared: Some(Prepared::default()),
        }
    }

    /// The needles, each at its number.
    #[must_use]
    pub fn list(&self) -> &[Vec<u8>] {
        &self.list
    }

    /// They, as an operation takes them.
    #[must_use]
    pub fn needles(&self) -> Needles<'_> {
        Needles {
            list: Messages::Owned(&self.list),
            prepared: self.prepared.as_ref(),
        }
    }
}

/// What was made of them is made anew.
impl Clone for NeedleSet {
    fn clone(&self) -> Self {
        Self {
            list: self.list.clone(),
            prepared: self.prepared.as_ref().map(|_| Prepared::default()),
        }
    }
}

/// Needles that are looked for together, as an operation takes them.
#[derive(Debug, Clone, Copy)]
pub struct Needles<'a> {
    list: Messages<'a>,
    prepared: Option<&'a Prepared>,
}

/// Many needles, which by name are a list of byte strings.
#[derive(Debug)]
pub struct NeedleList;

impl Field for NeedleList {
    type Case = NeedleSet;
    type Input<'a, B: ByteString<'a>> = Needles<'a>;

    const KIND: Kind = Kind::BytesList;

    fn borrow(case: &NeedleSet) -> Needles<'_> {
        case.needles()
    }

    fn own(input: Needles<'_>) -> NeedleSet {
        NeedleSet {
            list: input.list.iter().map(<[u8]>::to_vec).collect(),
            prepared: input.prepared.map(|_| Prepared::default()),
        }
    }

    fn parse<'a, B: ByteString<'a>>(argument: Given<'a>) -> Result<Needles<'a>, ArgumentError> {
        Ok(Needles {
            list: argument.bytes_list()?,
            prepared: None,
        })
    }

    fn value(input: Needles<'_>) -> Option<Value> {
        let list = input.list.iter().map(<[u8]>::to_vec);
        Some(Value::BytesList(list.collect()))
    }
}

impl Needles<'_> {
    /// How many bytes they have together.
    fn total(self) -> usize {
        self.list.iter().map(<[u8]>::len).sum()
    }

    /// Puts the needles into the memory as the kernel's search takes them: compiled, or as they were kept.
    fn place<F: Frame>(self, frame: &mut F) -> Result<Span, CallError> {
        let kept = self.prepared.map(|prepared| &prepared.compiled);
        if let Some(compiled) = kept.and_then(OnceLock::get) {
            return frame.input(compiled);
        }
        let compiled = self.compile(frame)?;
        if let Some(kept) = kept {
            // Another thread may have made the same.
            kept.get_or_init(|| frame.read(compiled).to_vec());
        }
        Ok(compiled)
    }

    fn compile<F: Frame>(self, frame: &mut F) -> Result<Span, CallError> {
        let export = &string_ops::SEARCH_MANY_COMPILE;
        let mut bytes = Vec::with_capacity(self.total());
        for needle in self.list.iter() {
            bytes.extend(needle);
        }
        let bytes = frame.input(&bytes)?;
        let mut pairs = Vec::with_capacity(8 * self.list.count());
        let mut ptr = bytes.ptr;
        for needle in self.list.iter() {
            // They fit into the memory, and so into 32 bits.
            let len = needle.len() as u32;
            pairs.extend(ptr.to_le_bytes());
            pairs.extend(len.to_le_bytes());
            ptr = ptr.wrapping_add(len);
        }
        let spans = frame.input(&pairs)?;
        let count = spans.len / 8;
        let bound = &string_ops::SEARCH_MANY_BOUND;
        let capacity = self.size(frame, bound, &[count.into(), bytes.len.into()])?;
        let dst = frame.output(capacity)?;
        let arguments = [
            spans.ptr.into(),
            count.into(),
            dst.ptr.into(),
            dst.len.into(),
        ];
        match frame.invoke_i32(export, &arguments)? {
            len @ 0.. => Ok(dst.prefix(len as u32)),
            status => Err(CallError::Contract {
                export: export.name,
                value: Some(WasmValue::I32(status)),
            }),
        }
    }

    /// What a pure kernel says that another needs for these needles.
    fn size<F: Frame>(
        self,
        frame: &mut F,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<usize, CallError> {
        let size = frame.size(export, arguments)?;
        size.ok_or_else(|| CallError::TooLarge {
            bytes: self.total() as u64,
            limit: i32::MAX as u64,
        })
    }
}

impl Operation for SearchMany {
    const NAME: &'static str = "search_many";
    const SUMMARY: &'static str = "occurrences of many byte strings in another, not overlapping";
    const EXPORT: &'static Export = &string_ops::SEARCH_MANY;
    const PARAMETERS: Names = &[
        ("needles", "what to look for"),
        ("haystack", "where to look"),
        ("capacity", "how many occurrences there is room for"),
    ];

    type Shape = (NeedleList, Bytes, Size);
    type Output = Occurrences;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (needles, haystack, capacity): Input<'a, Self, B>,
    ) -> Result<Occurrences, CallError> {
        let compiled = needles.place(frame)?;
        let haystack = haystack.place(frame)?;
        let total = (needles.total() as u32).into();
        let size = &string_ops::SEARCH_MANY_WORK_SIZE;
        let work_size = needles.size(frame, size, &[total])?;
        let work = frame.work(work_size)?;
        let fault = frame.fault()?;
        let dst = frame.output(8 * capacity)?;
        let arguments = [
            compiled.ptr.into(),
            compiled.len.into(),
            haystack.ptr.into(),
            haystack.len.into(),
            dst.ptr.into(),
            (capacity as u32).into(),
            work.ptr.into(),
            work.len.into(),
            fault.ptr.into(),
        ];
        let count = match frame.invoke_i32(Self::EXPORT, &arguments)? {
            count @ 0.. => count as u32,
            status => {
                return Err(CallError::Contract {
                    export: Self::EXPORT.name,
                    value: Some(WasmValue::I32(status)),
                });
            }
        };
        let written = frame.read(dst.prefix(count.saturating_mul(8)));
        let pairs = written.as_chunks::<8>().0.iter();
        Ok(Occurrences {
            count: count as usize,
            found: pairs
                .map(|pair| {
                    let pair = u64::from_le_bytes(*pair);
                    Occurrence {
                        offset: pair as u32 as usize,
                        needle: (pair >> 32) as usize,
                    }
                })
                .collect(),
        })
    }
}

/// The automaton of needles, none of which is empty; nothing where they are too many for one.
#[cfg(feature = "native")]
fn automaton(needles: Needles<'_>) -> Option<Arc<AhoCorasick>> {
    let list = needles.list.iter().filter(|needle| !needle.is_empty());
    let mut builder = AhoCorasick::builder();
    let builder = builder.match_kind(MatchKind::LeftmostLongest);
    builder.build(list).ok().map(Arc::new)
}

/// The same answer without an automaton: at each place all needles are compared.
#[cfg(feature = "native")]
fn one_by_one(needles: Needles<'_>, haystack: &[u8]) -> Vec<Occurrence> {
    let mut found = Vec::new();
    let mut offset = 0;
    while offset < haystack.len() {
        let rest = &haystack[offset..];
        let here = needles.list.iter().enumerate();
        let here = here.filter(|(_, needle)| !needle.is_empty() && rest.starts_with(needle));
        // Of equal lengths the first.
        let longest = here.max_by_key(|(number, needle)| (needle.len(), Reverse(*number)));
        match longest {
            Some((needle, bytes)) => {
                found.push(Occurrence { offset, needle });
                offset += bytes.len();
            }
            None => offset += 1,
        }
    }
    found
}

#[cfg(feature = "native")]
impl Native for SearchMany {
    const CHECKS: Schedule = Schedule::BRIEF;

    fn native((needles, haystack, capacity): Input<'_, Self>) -> Occurrences {
        let automaton = match needles.prepared {
            Some(prepared) => prepared.native.get_or_init(|| automaton(needles)).clone(),
            None => automaton(needles),
        };
        let mut found = match automaton {
            Some(automaton) => {
                // The automaton counts without the empty ones.
                let list = needles.list.iter().enumerate();
                let list = list.filter(|(_, needle)| !needle.is_empty());
                let numbers: Vec<usize> = list.map(|(number, _)| number).collect();
                let matches = automaton.find_iter(haystack);
                matches
                    .map(|found| Occurrence {
                        offset: found.start(),
                        needle: numbers[found.pattern()],
                    })
                    .collect()
            }
            None => one_by_one(needles, haystack),
        };
        let count = found.len();
        found.truncate(capacity);
        Occurrences { count, found }
    }

    /// From no needle to more than go by nibbles, or by grams of three bytes.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let (haystack, list) = needles::generate_many(generator, len);
        let capacity = match generator.number(0..=2) {
            0 => generator.number(0..=4),
            1 => generator.number(0..=len),
            _ => len + 1,
        };
        // Nothing is kept from one run to the next: each compiles them.
        let prepared = None;
        (NeedleSet { list, prepared }, haystack, capacity)
    }

    /// Marks of secrets, none of which is there.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let list = needles::marks_of_secrets();
        let haystack = generator.source_text(len);
        (NeedleSet::new(list), haystack, len / 4 + 1)
    }
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;

    /// The crate, and a search that nobody can misread.
    #[test]
    fn native_code_finds_the_longest_of_the_leftmost() {
        for seed in 0..400 {
            let mut generator = Generator::of(seed, SearchMany::NAME, &[]);
            let len = generator.number(0..=500);
            let (needles, haystack, _) = SearchMany::generate(&mut generator, len);
            let needles = needles.needles();
            let expected = one_by_one(needles, &haystack);
            let answer = SearchMany::native((needles, &haystack, len));
            assert_eq!(answer.found, expected, "seed {seed}");
            assert_eq!(answer.count, expected.len(), "seed {seed}");
        }
    }

    #[test]
    fn examples() {
        let find = |list: &[&str], haystack: &str| -> Vec<(usize, usize)> {
            let list = list.iter().map(|needle| needle.as_bytes().to_vec());
            let set = NeedleSet::new(list.collect());
            let answer = SearchMany::native((set.needles(), haystack.as_bytes(), 10));
            let found = answer.found.iter();
            found.map(|found| (found.offset, found.needle)).collect()
        };
        assert_eq!(
            find(&["a", "ab", "abc"], "abab abc"),
            [(0, 1), (2, 1), (5, 2)]
        );
        assert_eq!(find(&["bc", "abcd"], "abc abcd"), [(1, 0), (4, 1)]);
        assert_eq!(find(&["abcd", "cdef"], "abcdef"), [(0, 0)]);
        assert_eq!(find(&["", "b", "b"], "abb"), [(1, 1), (2, 1)]);
        assert_eq!(find(&[""], "abc"), []);
        assert_eq!(find(&[], "abc"), []);
    }
}
