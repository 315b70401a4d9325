//! Search for many byte strings at once: in bytes, and in what a reader gives.

use std::io::{self, ErrorKind, Read};
use std::ops::ControlFlow;
use std::sync::Arc;

use kilowat_operations::ops::{NeedleSet, Occurrence, SearchMany};

use crate::readers::BUFFER;
use crate::runtime::{Error, PIECE, Runtime};
use crate::semaphore::message_is_over;

/// Occurrences that a search first has room for, per call of the kernel.
const OCCURRENCES: usize = 4 << 10;

/// Byte strings that are looked for together. What a search makes of them is kept for the next one, so
/// that they are made once; a clone shares it.
///
/// Each has a number: its place among those that were given. An empty one is never found, and of equal
/// ones the first is.
#[derive(Debug, Clone)]
pub struct Needles {
    set: Arc<NeedleSet>,
    /// The numbers of those that are not empty, by their bytes.
    sorted: Arc<[usize]>,
    longest: usize,
}

impl Needles {
    /// Needles that are looked for together.
    ///
    /// ```
    /// let needles = kilowat::search::Needles::new(["watt", "volt"]);
    /// assert_eq!(needles.get(1), Some(&b"volt"[..]));
    /// ```
    #[must_use]
    pub fn new<N: AsRef<[u8]>>(needles: impl IntoIterator<Item = N>) -> Self {
        let list = needles.into_iter().map(|needle| needle.as_ref().to_vec());
        let list: Vec<Vec<u8>> = list.collect();
        let longest = list.iter().map(Vec::len).max().unwrap_or_default();
        let mut sorted: Vec<usize> = (0..list.len())
            .filter(|number| !list[*number].is_empty())
            .collect();
        sorted.sort_by_key(|number| &list[*number]);
        Self {
            set: Arc::new(NeedleSet::new(list)),
            sorted: sorted.into(),
            longest,
        }
    }

    /// How many there are, empty ones too.
    #[must_use]
    pub fn len(&self) -> usize {
        self.set.list().len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set.list().is_empty()
    }

    /// The needle of a number.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<&[u8]> {
        self.set.list().get(number).map(Vec::as_slice)
    }

    fn len_of(&self, number: usize) -> usize {
        self.get(number).map_or(0, <[u8]>::len)
    }

    /// Whether one of them begins with these bytes, and goes on behind them.
    fn go_on(&self, bytes: &[u8]) -> bool {
        let list = self.set.list();
        // Behind the bytes themselves stands what begins with them.
        let place = (self.sorted).partition_point(|number| list[*number].as_slice() <= bytes);
        let next = self.sorted.get(place);
        next.is_some_and(|number| list[*number].starts_with(bytes))
    }
}

impl Runtime {
    /// The occurrences of needles in `haystack`, left to right, that do not overlap: of those that begin
    /// first, the longest, as `grep -F -o` has them.
    ///
    /// ```
    /// use kilowat::search::{Needles, Occurrence};
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let needles = Needles::new(["watt", "kilowatt", "hour"]);
    /// let found = runtime.search_many(b"a kilowatt hour", &needles)?;
    /// let at = |offset, needle| Occurrence { offset, needle };
    /// assert_eq!(found, [at(2, 1), at(11, 2)]);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn search_many(
        &self,
        haystack: &[u8],
        needles: &Needles,
    ) -> Result<Vec<Occurrence>, Error> {
        let mut series = self.series::<SearchMany>(haystack.len());
        let mut found = Vec::new();
        let mut from = 0;
        loop {
            series.next_call();
            let rest = &haystack[from..];
            let window = &rest[..rest.len().min(PIECE.max(needles.longest.saturating_mul(4)))];
            let here = self.search_many_window(window, needles)?;
            let (settled, next) = if window.len() == rest.len() {
                (here.len(), window.len())
            } else {
                settled(window, needles, &here)
            };
            found.extend(here[..settled].iter().map(|occurrence| Occurrence {
                offset: from + occurrence.offset,
                ..*occurrence
            }));
            from += next;
            if window.len() == rest.len() {
                return Ok(found);
            }
        }
    }

    /// Calls `found` with the offset of each occurrence of one of the needles and the number of this, in
    /// the order of [`search_many`](Self::search_many), until it breaks off. What one read of the reader
    /// makes certain is found before the next one; an occurrence that a longer needle may go on with is
    /// not certain yet. Memory is bounded by a few mebibytes and a few times the needles.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let needles = kilowat::search::Needles::new(["hay", "needle"]);
    /// let mut all = Vec::new();
    /// runtime.search_many_reader(&b"a needle in a haystack"[..], &needles, |offset, needle| {
    ///     all.push((offset, needle));
    ///     Ok(ControlFlow::Continue(()))
    /// })?;
    /// assert_eq!(all, [(2, 1), (14, 0)]);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the reader and of `found`, which end the search, and an [`Error`] where no tier can
    /// answer.
    pub fn search_many_reader(
        &self,
        mut reader: impl Read,
        needles: &Needles,
        mut found: impl FnMut(u64, usize) -> io::Result<ControlFlow<()>>,
    ) -> io::Result<()> {
        message_is_over();
        let mut buffer = vec![0; BUFFER.max(needles.longest.saturating_mul(4))];
        // How many bytes of the buffer are still to be searched, and where the first of them is.
        let (mut len, mut base) = (0, 0);
        loop {
            // There is room: less than the longest needle is kept of what was searched.
            let read = match reader.read(&mut buffer[len..]) {
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            len += read;
            let window = &buffer[..len];
            let series = self.piece::<SearchMany>(len);
            let here = self.search_many_window(window, needles)?;
            drop(series);
            let (settled, next) = if read == 0 {
                (here.len(), len)
            } else {
                settled(window, needles, &here)
            };
            for occurrence in &here[..settled] {
                if found(base + occurrence.offset as u64, occurrence.needle)?.is_break() {
                    return Ok(());
                }
            }
            if read == 0 {
                return Ok(());
            }
            buffer.copy_within(next..len, 0);
            len -= next;
            base += next as u64;
        }
    }

    /// All occurrences in one window; again with more room where there are more than expected.
    fn search_many_window(
        &self,
        haystack: &[u8],
        needles: &Needles,
    ) -> Result<Vec<Occurrence>, Error> {
        let mut series = self.series::<SearchMany>(haystack.len());
        let mut capacity = OCCURRENCES.min(haystack.len());
        loop {
            series.next_call();
            let input = (needles.set.needles(), haystack, capacity);
            let answer = self.run_operation::<SearchMany>(input)?;
            if answer.count <= capacity {
                return Ok(answer.found);
            }
            capacity = answer.count;
        }
    }
}

/// How many of the occurrences in a window are those of the whole haystack, whatever follows, and where
/// the search goes on. What begins early enough is whole in the window. Behind that, bytes up to its end
/// with which a needle begins may go on: then nothing is certain that does not begin before them.
fn settled(window: &[u8], needles: &Needles, found: &[Occurrence]) -> (usize, usize) {
    let partial = (window.len() + 1).saturating_sub(needles.longest.max(1));
    let whole = found.partition_point(|occurrence| occurrence.offset < partial);
    // A kernel that answers wrongly may have found something behind the end.
    let end_of = |occurrence: &Occurrence| {
        let end = occurrence
            .offset
            .saturating_add(needles.len_of(occurrence.needle));
        end.min(window.len())
    };
    let mut from = found[..whole].last().map_or(0, end_of).max(partial);
    for (index, occurrence) in found.iter().enumerate().skip(whole) {
        let mut places = from..=occurrence.offset.min(window.len());
        if let Some(place) = places.find(|place| needles.go_on(&window[*place..])) {
            return (index, place);
        }
        from = end_of(occurrence);
    }
    (found.len(), from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(window: &str, list: &[&str]) -> (usize, usize) {
        let needles = Needles::new(list);
        let runtime = Runtime::with_engine(crate::EngineKind::Native).unwrap();
        let found = runtime.search_many_window(window.as_bytes(), &needles);
        settled(window.as_bytes(), &needles, &found.unwrap())
    }

    #[test]
    fn what_is_certain_in_a_window() {
        // No needle goes on with what is found, or with what stands before it.
        assert_eq!(cut("--error", &["error", "warning"]), (1, 7));
        assert_eq!(cut("--error\n", &["error", "errors"]), (1, 7));
        // One may.
        assert_eq!(cut("--error", &["error", "errors"]), (0, 2));
        assert_eq!(cut("--abc", &["abcd", "bc"]), (0, 2));
        assert_eq!(cut("abc abc", &["abcd", "bc"]), (1, 4));
        assert_eq!(cut("ab abab", &["ab", "abac"]), (2, 5));
        // Nothing is found: what may be the beginning of a needle stays.
        assert_eq!(cut("--------", &["abcd"]), (0, 5));
        assert_eq!(cut("", &["abcd"]), (0, 0));
        assert_eq!(cut("ab", &["abcd"]), (0, 0));
        assert_eq!(cut("xx", &[]), (0, 2));
        assert_eq!(cut("xx", &[""]), (0, 2));
    }
}
