//! As whom the process runs, and whether whoever has started it may do less.

use std::sync::OnceLock;

/// Whether the process has more rights than whoever has started it: it runs set-user-ID, set-group-ID
/// or with capabilities of its file. Then the environment is the word of somebody who must not say
/// where code is loaded from, as for `secure_getenv` of the C library. `false` where there is no such
/// thing.
#[must_use]
pub fn has_more_rights_than_caller() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(examine)
}

#[cfg(unix)]
fn examine() -> bool {
    use rustix::process::{getegid, geteuid, getgid, getuid};
    getuid() != geteuid() || getgid() != getegid() || is_marked_secure()
}

#[cfg(not(unix))]
fn examine() -> bool {
    false
}

/// What the kernel says of the program's start, also of capabilities, and after a program has given
/// its rights back.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_marked_secure() -> bool {
    match std::fs::read("/proc/self/auxv") {
        Ok(vector) => names_secure(&vector),
        // The file is kept from a process that has more rights; where there is no /proc, the user and
        // the group have to do.
        Err(error) => error.kind() == std::io::ErrorKind::PermissionDenied,
    }
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
fn is_marked_secure() -> bool {
    false
}

/// Whether `AT_SECURE` is set in an auxiliary vector: pairs of words, a type and a value.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn names_secure(vector: &[u8]) -> bool {
    const AT_SECURE: usize = 23;
    let (words, _) = vector.as_chunks::<{ size_of::<usize>() }>();
    let (pairs, _) = words.as_chunks::<2>();
    let mut pairs = pairs.iter().map(|pair| pair.map(usize::from_ne_bytes));
    pairs.any(|[kind, value]| kind == AT_SECURE && value != 0)
}

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
    use super::*;

    #[test]
    fn the_auxiliary_vector_is_read() {
        let vector = |pairs: &[[usize; 2]]| {
            let words = pairs.as_flattened().iter();
            words
                .flat_map(|word| word.to_ne_bytes())
                .collect::<Vec<_>>()
        };
        assert!(names_secure(&vector(&[[6, 4096], [23, 1], [0, 0]])));
        assert!(!names_secure(&vector(&[[6, 23], [23, 0], [16, 1], [0, 0]])));
        assert!(!names_secure(&vector(&[[23, 1]])[..12]));
        assert!(!names_secure(&[]));
    }

    #[test]
    fn tests_run_with_the_rights_of_their_caller() {
        assert!(!has_more_rights_than_caller());
    }
}
