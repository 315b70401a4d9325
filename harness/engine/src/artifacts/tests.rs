//! What is refused, and why. The attack itself, on compiled code, stands in `engine/tests.rs`.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;

const KEY: &[u8] = b"version 1 on this CPU";
const BYTES: &[u8] = b"what was learnt";

/// A cache in a folder that is made for it, and holds a record.
fn stored() -> (TempDir, ArtifactCache) {
    let folder = tempfile::tempdir().unwrap();
    let cache = ArtifactCache::new(folder.path().join("above/cache"));
    cache.write_record("tiers", KEY, BYTES).unwrap();
    assert_eq!(cache.read_record("tiers", KEY).unwrap(), BYTES);
    (folder, cache)
}

fn artifact_key(wasm: &[u8]) -> Key<'_> {
    let engine = [7; TAG];
    Key {
        name: "test",
        wasm,
        engine,
    }
}

fn file(cache: &ArtifactCache, end: &str) -> PathBuf {
    let files = fs::read_dir(cache.folder()).unwrap();
    let mut paths = files.map(|file| file.unwrap().path());
    let ends = |path: &PathBuf| path.to_str().unwrap().ends_with(end);
    paths.find(ends).unwrap()
}

#[test]
fn a_record_is_found_by_its_name_and_key_and_replaced() {
    let (_folder, cache) = stored();
    assert_eq!(cache.read_record("tiers", b"version 2"), None);
    assert_eq!(cache.read_record("others", KEY), None);
    let path = file(&cache, ".record");
    assert_eq!(path.file_name().unwrap(), "tiers.record");
    fs::copy(&path, cache.folder().join("others.record")).unwrap();
    assert_eq!(cache.read_record("others", KEY), None);
    cache.write_record("tiers", b"version 2", b"").unwrap();
    assert_eq!(cache.read_record("tiers", b"version 2").unwrap(), b"");
    assert_eq!(cache.read_record("tiers", KEY), None);
    for name in ["", "a/b", "..\\b", "a\0"] {
        let error = cache.write_record(name, KEY, BYTES).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{name}");
        assert_eq!(cache.read_record(name, KEY), None);
    }
}

#[test]
fn a_record_is_no_artifact() {
    let (_folder, cache) = stored();
    cache.write(artifact_key(b"wasm"), BYTES).unwrap();
    assert_eq!(cache.read(artifact_key(b"wasm")).unwrap(), BYTES);
    // Even where both were found by the same digest.
    let folder = cache.open(Missing::AnError).unwrap();
    let seal = Seal::of(&folder).unwrap();
    let tag = seal.tag(Kind::Record, &[1; TAG], BYTES);
    assert!(seal.fits(Kind::Record, &[1; TAG], BYTES, &tag));
    assert!(!seal.fits(Kind::Artifact, &[1; TAG], BYTES, &tag));
    assert!(!seal.fits(Kind::Record, &[2; TAG], BYTES, &tag));
}

/// A module of a user's may have any name.
#[test]
fn no_name_leads_out_of_the_folder() {
    let (_folder, cache) = stored();
    for name in ["../../out", "/tmp/out", "a\nb", &"long".repeat(100), ""] {
        let key = Key {
            name,
            ..artifact_key(name.as_bytes())
        };
        cache.write(key, BYTES).unwrap();
        assert_eq!(cache.read(key).unwrap(), BYTES, "{name}");
    }
    assert_eq!(cache.usage().unwrap().0, 5);
}

#[test]
fn a_damaged_record_is_a_miss() {
    let (_folder, cache) = stored();
    let path = file(&cache, ".record");
    let whole = fs::read(&path).unwrap();
    for place in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[place] ^= 1;
        fs::write(&path, damaged).unwrap();
        assert_eq!(cache.read_record("tiers", KEY), None, "{place}");
        fs::write(&path, &whole[..place]).unwrap();
        assert_eq!(cache.read_record("tiers", KEY), None, "{place}");
    }
    fs::write(&path, whole).unwrap();
    assert_eq!(cache.read_record("tiers", KEY).unwrap(), BYTES);
}

/// The digest that entries had once covers nothing that is secret: whoever can write can make it.
#[test]
fn a_digest_without_the_key_does_not_fit() {
    let (_folder, cache) = stored();
    let key = artifact_key(b"wasm");
    cache.write(key, BYTES).unwrap();
    let path = file(&cache, ARTIFACT);
    for digest in [
        Sha256::digest(b"evil"),
        Sha256::new()
            .chain_update(key.engine)
            .chain_update(4_u64.to_le_bytes())
            .chain_update(key.wasm)
            .chain_update(b"evil")
            .finalize(),
    ] {
        fs::write(&path, [&digest[..], b"evil"].concat()).unwrap();
        assert_eq!(cache.read(key), None);
    }
}

#[test]
fn another_key_makes_misses_and_a_damaged_one_is_replaced() {
    let (_folder, cache) = stored();
    let path = file(&cache, ".key");
    let key = fs::read(&path).unwrap();
    for swapped in [&[0; TAG][..], b"short", b"", &[1; 100]] {
        fs::write(&path, swapped).unwrap();
        assert_eq!(cache.read_record("tiers", KEY), None);
    }
    fs::write(&path, &key).unwrap();
    assert_eq!(cache.read_record("tiers", KEY).unwrap(), BYTES);
    fs::write(&path, b"short").unwrap();
    cache.try_writing().unwrap();
    let new = fs::read(&path).unwrap();
    assert!(new.len() == TAG && new != key);
    assert_eq!(cache.read_record("tiers", KEY), None);
    cache.write_record("tiers", KEY, BYTES).unwrap();
    assert_eq!(cache.read_record("tiers", KEY).unwrap(), BYTES);
}

#[test]
fn those_who_start_together_agree_on_a_key() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let cache = ArtifactCache::new(folder.path().join("cache"));
        let names = ["a", "b", "c", "d"];
        std::thread::scope(|scope| {
            for name in names {
                let cache = &cache;
                scope.spawn(move || cache.write_record(name, KEY, BYTES).unwrap());
            }
        });
        for name in names {
            assert_eq!(cache.read_record(name, KEY).unwrap(), BYTES, "{name}");
        }
        // And nothing was left behind.
        assert_eq!(fs::read_dir(cache.folder()).unwrap().count(), 5);
    }
}

/// What systems without owners and modes use.
#[test]
fn unchecked_folders_keep_files_whole() {
    use super::unchecked::{Folder, Missing, user};
    let above = tempfile::tempdir().unwrap();
    let path = above.path().join("a/cache");
    assert!(Folder::open(&path, user(), Missing::AnError).is_err());
    let folder = Folder::open(&path, user(), Missing::Made).unwrap();
    folder.write("a.x", &[b"1", b"2"]).unwrap();
    folder.write("a.x", &[b"3"]).unwrap();
    folder.write_once("a.x", b"4").unwrap();
    folder.write_once("b.x", b"5").unwrap();
    folder.try_writing().unwrap();
    assert_eq!(folder.read("a.x").unwrap(), b"3");
    assert_eq!(folder.read_secret("b.x").unwrap(), b"5");
    assert!(folder.read("c.x").is_err());
    let entries = folder.entries(".x").unwrap();
    assert_eq!(entries.iter().map(|entry| entry.len).sum::<u64>(), 2);
    let file = fs::File::create(path.join(".left.part")).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH)
        .unwrap();
    folder.remove_unfinished();
    folder.remove_old(".x", LIFETIME);
    assert_eq!(fs::read_dir(&path).unwrap().count(), 2);
    let again = Folder::open(&path, user(), Missing::AnError).unwrap();
    assert_eq!(again.identity(), folder.identity());
}

#[cfg(unix)]
mod unix {
    use std::fs::Permissions;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
    use std::path::Path;

    use super::*;

    /// Users that are neither root nor, as a rule, whoever runs the tests.
    const STRANGER: u32 = 65_534;

    fn is_root() -> bool {
        folder::user() == 0
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    /// That nothing is read or written, and how the reason begins.
    #[track_caller]
    fn refused(cache: &ArtifactCache, why: &str) {
        assert_eq!(cache.read_record("tiers", KEY), None);
        for refusal in [
            cache.try_writing().unwrap_err(),
            cache.write_record("tiers", KEY, b"new").unwrap_err(),
            cache.usage().unwrap_err(),
        ] {
            assert_eq!(refusal.kind(), io::ErrorKind::PermissionDenied);
            let text = refusal.to_string();
            assert!(text.starts_with(why), "{text}\ninstead of {why}");
        }
    }

    #[track_caller]
    fn trusted(cache: &ArtifactCache) {
        assert_eq!(cache.read_record("tiers", KEY).unwrap(), BYTES);
        cache.try_writing().unwrap();
    }

    #[test]
    fn folders_that_others_may_write_to() {
        let (_above, cache) = stored();
        let folder = cache.folder().to_owned();
        let parent = folder.parent().unwrap().to_owned();
        for path in [&folder, &parent] {
            for (mode, who, remedy) in [
                (0o770, "the group", "g-w"),
                (0o702, "everybody", "o-w"),
                (0o777, "the group and everybody", "go-w"),
                (0o3720, "the group", "g-w"),
            ] {
                set_mode(path, mode);
                let shown = path.display();
                let why = format!(
                    "the folder {shown} is writable by {who} (mode {mode:04o}): `chmod {remedy} \
                     {shown}` mends it"
                );
                // A sticky folder may hold the cache, and may not be it.
                if mode & 0o1000 != 0 && path == &parent {
                    trusted(&cache);
                } else {
                    refused(&cache, &why);
                }
            }
            for mode in [0o700, 0o755, 0o711] {
                set_mode(path, mode);
                trusted(&cache);
            }
        }
    }

    /// To a user that is somebody else, all here belongs to strangers.
    #[test]
    fn folders_of_somebody_else() {
        let (_above, cache) = stored();
        let user = cache.user;
        let stranger = ArtifactCache {
            user: STRANGER,
            ..cache.clone()
        };
        let error = stranger.try_writing().unwrap_err().to_string();
        assert!(
            error.contains(&format!("belongs to uid {user}, not to uid {STRANGER}")),
            "{error}"
        );
        assert_eq!(stranger.read_record("tiers", KEY), None);
        trusted(&cache);
    }

    #[test]
    fn what_another_user_has_made_is_refused_as_root() {
        if !is_root() {
            return;
        }
        let (_above, cache) = stored();
        let folder = cache.folder().to_owned();
        let parent = folder.parent().unwrap().to_owned();
        for path in [&folder, &parent] {
            for mode in [0o755, 0o700, 0o1777] {
                set_mode(path, mode);
                chown(path, Some(STRANGER), None).unwrap();
                let shown = path.display();
                let why = format!("the folder {shown} belongs to uid {STRANGER}, not to uid 0");
                refused(&cache, &why);
                chown(path, Some(0), None).unwrap();
                set_mode(path, 0o700);
            }
        }
        trusted(&cache);
        // One that is not there yet is not made among what is another's.
        chown(&parent, Some(1000), None).unwrap();
        let missing = ArtifactCache::new(parent.join("new"));
        assert!(missing.try_writing().is_err());
        assert!(!parent.join("new").exists());
        chown(&parent, Some(0), None).unwrap();
        // A file of another's in the folder.
        for end in [".record", ".key"] {
            let path = file(&cache, end);
            chown(&path, Some(1000), None).unwrap();
            assert_eq!(cache.read_record("tiers", KEY), None, "{end}");
            chown(&path, Some(0), None).unwrap();
            trusted(&cache);
        }
    }

    #[test]
    fn files_that_others_may_write_or_that_have_two_names() {
        let (above, cache) = stored();
        for end in [".record", ".key"] {
            let path = file(&cache, end);
            let other = above.path().join("other");
            for mode in [0o620, 0o602, 0o666] {
                set_mode(&path, mode);
                assert_eq!(cache.read_record("tiers", KEY), None, "{mode:o} {end}");
            }
            set_mode(&path, 0o600);
            trusted(&cache);

            fs::hard_link(&path, &other).unwrap();
            assert_eq!(cache.read_record("tiers", KEY), None, "{end}");
            fs::remove_file(&path).unwrap();
            symlink(&other, &path).unwrap();
            assert_eq!(cache.read_record("tiers", KEY), None, "{end}");
            fs::rename(&other, &path).unwrap();
            trusted(&cache);

            fs::rename(&path, &other).unwrap();
            fs::create_dir(&path).unwrap();
            assert_eq!(cache.read_record("tiers", KEY), None, "{end}");
            fs::remove_dir(&path).unwrap();
            rustix::fs::mknodat(
                rustix::fs::CWD,
                &path,
                rustix::fs::FileType::Fifo,
                rustix::fs::Mode::RWXU,
                0,
            )
            .unwrap();
            assert_eq!(cache.read_record("tiers", KEY), None, "{end}");
            fs::rename(&other, &path).unwrap();
            trusted(&cache);
        }
        // A key that others can read is none, and is made anew.
        let key = file(&cache, ".key");
        set_mode(&key, 0o640);
        assert_eq!(cache.read_record("tiers", KEY), None);
        cache.write_record("tiers", KEY, BYTES).unwrap();
        assert_eq!(fs::metadata(&key).unwrap().mode() & 0o777, 0o600);
        trusted(&cache);
    }

    #[test]
    fn what_is_made_is_for_the_user_alone() {
        let (_above, cache) = stored();
        cache.write(artifact_key(b"wasm"), BYTES).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o7777;
        assert_eq!(mode(cache.folder()), 0o700);
        assert_eq!(mode(cache.folder().parent().unwrap()), 0o700);
        for end in [".key", ".record", ARTIFACT] {
            assert_eq!(mode(&file(&cache, end)), 0o600, "{end}");
        }
    }

    #[test]
    fn links() {
        let (above, cache) = stored();
        let parent = cache.folder().parent().unwrap();
        let link = above.path().join("link");
        // The folder itself is none.
        symlink(cache.folder(), &link).unwrap();
        let why = format!("the cache folder {} is a symbolic link", link.display());
        refused(&ArtifactCache::new(&link), &why);
        fs::remove_file(&link).unwrap();
        // Above it they are followed, absolute ones and others, where the user has made them.
        let around = Path::new("..").join(above.path().file_name().unwrap());
        for target in [parent, Path::new("above"), &around.join("above/.")] {
            symlink(target, &link).unwrap();
            trusted(&ArtifactCache::new(link.join("cache")));
            fs::remove_file(&link).unwrap();
        }
        symlink("link", &link).unwrap();
        refused(
            &ArtifactCache::new(link.join("cache")),
            "the way to the cache folder goes through too many symbolic links",
        );
        fs::remove_file(&link).unwrap();
        if is_root() {
            symlink(parent, &link).unwrap();
            std::os::unix::fs::lchown(&link, Some(STRANGER), None).unwrap();
            let why = format!("the symbolic link {} belongs to uid", link.display());
            refused(&ArtifactCache::new(link.join("cache")), &why);
        }
    }

    #[test]
    fn ways_with_dots() {
        let (above, cache) = stored();
        let way = above.path().join("./above/../above/cache/.");
        trusted(&ArtifactCache::new(way));
        trusted(&ArtifactCache::new(cache.folder().join("../cache")));
    }

    #[test]
    fn no_folder() {
        let (above, _cache) = stored();
        let path = above.path().join("file");
        fs::write(&path, b"").unwrap();
        let why = format!("{} is not a folder", path.display());
        refused(&ArtifactCache::new(&path), &why);
        refused(&ArtifactCache::new(path.join("cache")), &why);
        let missing = ArtifactCache::new(above.path().join("missing"));
        assert_eq!(missing.usage().unwrap(), (0, 0));
        assert!(!missing.folder().exists());
        let _ = ArtifactCache::new("").try_writing().unwrap_err();
    }

    /// A copy of a folder, with its key, is another folder: on this machine, and all the more on
    /// another.
    #[test]
    fn a_copied_folder_holds_nothing() {
        let (above, cache) = stored();
        cache.write(artifact_key(b"wasm"), BYTES).unwrap();
        let copy = ArtifactCache::new(above.path().join("copy"));
        fs::create_dir(copy.folder()).unwrap();
        for file in fs::read_dir(cache.folder()).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), copy.folder().join(file.file_name())).unwrap();
        }
        assert_eq!(copy.read_record("tiers", KEY), None);
        assert_eq!(copy.read(artifact_key(b"wasm")), None);
        // Neither where an entry gets the name that one would have there.
        let entry = fs::read(file(&cache, ARTIFACT)).unwrap();
        fs::remove_file(file(&copy, ARTIFACT)).unwrap();
        copy.write(artifact_key(b"wasm"), BYTES).unwrap();
        assert_eq!(copy.read(artifact_key(b"wasm")).unwrap(), BYTES);
        fs::write(file(&copy, ARTIFACT), entry).unwrap();
        assert_eq!(copy.read(artifact_key(b"wasm")), None);
        // The key is sound there, and what is written anew is found.
        copy.write_record("tiers", KEY, BYTES).unwrap();
        trusted(&copy);
        // Moved within a file system, it is the same folder still.
        let moved = ArtifactCache::new(above.path().join("moved"));
        fs::rename(cache.folder(), moved.folder()).unwrap();
        trusted(&moved);
    }

    /// A folder that is exchanged between the check and the use is the one that was checked.
    #[test]
    fn what_was_checked_is_what_is_used() {
        let (above, cache) = stored();
        let open = cache.open(Missing::AnError).unwrap();
        fs::rename(cache.folder(), above.path().join("checked")).unwrap();
        fs::create_dir(cache.folder()).unwrap();
        fs::write(cache.folder().join("tiers.record"), b"planted").unwrap();
        assert_ne!(open.read("tiers.record").unwrap(), b"planted");
        open.write("new", &[b"new"]).unwrap();
        assert!(above.path().join("checked/new").exists());
        assert!(!cache.folder().join("new").exists());
    }

    #[test]
    fn what_processes_left_unfinished_goes() {
        let (_above, cache) = stored();
        let [old, new] = [".0123.part", ".4567.part"].map(|name| cache.folder().join(name));
        for path in [&old, &new] {
            fs::write(path, b"").unwrap();
        }
        let file = fs::File::options().write(true).open(&old).unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH)
            .unwrap();
        cache.write(artifact_key(b"wasm"), BYTES).unwrap();
        assert!(!old.exists());
        assert!(new.exists());
    }
}
