//! `kilowat gzip` and `kilowat gunzip`, beside the system's gzip, which every Debian has.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use super::{BUFFER, Folder, PIECE, Ran, content, names, noise, read, words};

fn remove(folder: &Folder, name: &str) {
    fs::remove_file(folder.path().join(name)).unwrap();
}

/// What the system's gzip does.
fn system(folder: &Folder, stdin: &[u8], arguments: &[&str]) -> Ran {
    let mut child = Command::new("gzip")
        .args(arguments)
        .current_dir(folder.path())
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let stdin = stdin.to_vec();
    // Where it reads nothing, the pipe is closed.
    let writer = std::thread::spawn(move || drop(input.write_all(&stdin)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Ran {
        status: output.status.code().unwrap(),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The gzip file of some content, from a pipe.
fn zipped(folder: &Folder, content: &[u8], options: &[&str]) -> Vec<u8> {
    let ran = folder.run_on(content, [&["gzip"], options].concat());
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    ran.stdout
}

#[test]
fn a_pipe_there_and_back_everywhere() {
    let folder = Folder::new();
    for len in [0, 1, 100, PIECE - 1, PIECE, PIECE + 1, 2 * BUFFER + 1] {
        let content = content(len);
        let files =
            ["jit", "native"].map(|engine| zipped(&folder, &content, &["--engine", engine, "-1"]));
        for file in &files {
            assert_eq!(file[..4], [0x1f, 0x8b, 8, 0]);
            folder
                .run_everywhere(file, &["gunzip"].map(OsStr::new))
                .expect(0, &content, "");
            system(&folder, file, &["-d"]).expect(0, &content, "");
        }
        let theirs = system(&folder, &content, &[]).stdout;
        // Several members are one content.
        folder
            .run_on([&files[0][..], &theirs].concat(), ["gzip", "-d", "-"])
            .expect(0, content.repeat(2), "");
    }
}

#[test]
fn levels_and_clusters() {
    let folder = Folder::new();
    let content = words(20_000);
    let content = content.as_bytes();
    let of = |level: &str| zipped(&folder, content, &["--engine", "jit", "--level", level]);
    let levels = ["0", "1", "6", "9", "12"].map(of);
    assert!(levels.windows(2).all(|pair| pair[0] != pair[1]));
    assert!(levels[0].len() > levels[1].len());
    for (options, level) in [
        (&["-1"][..], 1),
        (&["--fast"], 1),
        (&[], 2),
        (&["-6"], 2),
        (&["-9"], 3),
        (&["--best"], 3),
        (&["-c9k"], 3),
        (&["-19"], 3),
        (&["-9", "-1"], 1),
        (&["--level=9", "-kq1"], 1),
        (&["-1", "--level", "9"], 3),
        (&["-12"], 4),
        (&["-9", "-12", "-k"], 4),
    ] {
        let arguments = [&["--engine", "jit"], options].concat();
        let file = zipped(&folder, content, &arguments);
        assert!(file == levels[level], "{options:?}");
    }
    // The number of threads changes nothing.
    let long = noise(3 * PIECE);
    let [one, three] = ["1", "3"].map(|number| {
        zipped(
            &folder,
            &long,
            &["--engine", "jit", "-1", "--threads", number],
        )
    });
    assert!(one == three);
    let ran = folder.run(["gzip", "--level", "13"]);
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.contains("0..=12"), "{}", ran.stderr);
    // Behind `--` and after other commands these are names.
    let missing = "kilowat: -12: No such file or directory\n";
    folder.run(["gzip", "--", "-12"]).expect(1, "", missing);
    assert_eq!(folder.run(["--engine", "jit", "unlz4", "-12"]).status, 2);
}

#[test]
fn files_are_replaced() {
    let folder = Folder::new();
    let bytes = content(100_000);
    folder.write("a", &bytes);
    folder.run(["gzip", "a"]).expect(0, "", "");
    assert_eq!(names(&folder), ["a.gz"]);
    system(&folder, b"", &["-t", "a.gz"]).expect(0, "", "");
    folder.run(["gunzip", "a.gz"]).expect(0, "", "");
    assert_eq!(names(&folder), ["a"]);
    assert!(read(&folder, "a") == bytes);

    folder.run(["gzip", "-k", "a"]).expect(0, "", "");
    assert_eq!(names(&folder), ["a", "a.gz"]);
    // What is there is not lost, and nobody is asked.
    let there = |name: &str| {
        format!("kilowat: {name}: it exists already, and --force would overwrite it\n")
    };
    folder.run(["gzip", "a"]).expect(2, "", &there("a.gz"));
    folder.run(["gunzip", "a.gz"]).expect(2, "", &there("a"));
    folder.run(["gunzip", "-q", "a.gz"]).expect(2, "", "");
    assert_eq!(names(&folder), ["a", "a.gz"]);
    folder.write("a", "other");
    folder.run(["gunzip", "-kf", "a.gz"]).expect(0, "", "");
    assert!(read(&folder, "a") == bytes);

    // Elsewhere, and to pipes: nothing is removed.
    folder.run(["gzip", "a", "-o", "b"]).expect(0, "", "");
    folder.run(["gunzip", "b", "-o", "-"]).expect(0, &bytes, "");
    let both = bytes.repeat(2);
    folder
        .run(["gunzip", "-c", "a.gz", "b"])
        .expect(0, both, "");
    folder.run_on("abc", ["gzip", "-o", "c"]).expect(0, "", "");
    folder.run(["gunzip", "c", "-o", "d"]).expect(0, "", "");
    assert_eq!(read(&folder, "d"), b"abc");
    assert_eq!(names(&folder), ["a", "a.gz", "b", "c", "d"]);
    let one = "kilowat: -o is for a single FILE; -c writes all to standard output\n";
    folder.run(["gzip", "-o", "x", "a", "b"]).expect(1, "", one);
}

#[test]
fn verbose_lines_are_those_of_gzip() {
    let folder = Folder::new();
    let line = |arguments: &[&str]| {
        let ran = folder.run(arguments);
        assert_eq!((ran.status, ran.stdout.len()), (0, 0), "{arguments:?}");
        ran.stderr
    };
    folder.write("a", vec![b'a'; 100_000]);
    assert_eq!(line(&["gzip", "-kv", "a"]), "a:\t 99.9% -- created a.gz\n");
    assert_eq!(line(&["gunzip", "-tv", "a.gz"]), "a.gz:\t OK\n");
    assert_eq!(
        line(&["gzip", "-vf", "a"]),
        "a:\t 99.9% -- replaced with a.gz\n"
    );
    let theirs = system(&folder, b"", &["-dvk", "a.gz"]).stderr;
    remove(&folder, "a");
    assert_eq!(line(&["gunzip", "-vk", "a.gz"]), theirs);
}

#[test]
fn suffixes() {
    let folder = Folder::new();
    let file = zipped(&folder, b"abc", &[]);
    for (compressed, made) in [
        ("a.gz", "a"),
        ("b-gz", "b"),
        ("c.z", "c"),
        ("d_z", "d"),
        ("e-z", "e"),
        ("f.tgz", "f.tar"),
        ("g.taz", "g.tar"),
        ("h.Z", "h"),
    ] {
        folder.write(compressed, &file);
        folder.run(["gunzip", compressed]).expect(0, "", "");
        assert_eq!(names(&folder), [made]);
        remove(&folder, made);
        // As gzip does.
        folder.write(compressed, &file);
        assert_eq!(system(&folder, b"", &["-d", compressed]).status, 0);
        assert_eq!(names(&folder), [made]);
        remove(&folder, made);
    }
    folder.write("a", "abc");
    folder.run(["gzip", "-S", ".x", "a"]).expect(0, "", "");
    assert_eq!(names(&folder), ["a.x"]);
    let unknown = "kilowat: a.x: its name ends in no known suffix; ignored\n";
    folder.run(["gunzip", "a.x"]).expect(2, "", unknown);
    folder.run(["gunzip", "-tS.y", "a.x"]).expect(0, "", "");
    // A suffix may be left out.
    folder.run(["gunzip", "-S", ".x", "a"]).expect(0, "", "");
    folder.run(["gzip", "a"]).expect(0, "", "");
    let already = "kilowat: a.gz: it ends in .gz already; unchanged\n";
    folder.run(["gzip", "a.gz"]).expect(0, "", already);
    folder.run(["gzip", "-q", "a.gz"]).expect(0, "", "");
    folder.run(["gunzip", "a"]).expect(0, "", "");
    assert_eq!(names(&folder), ["a"]);
    for suffix in ["", "/x"] {
        let words = format!("kilowat: --suffix: '{suffix}' ends no name of a file\n");
        folder
            .run(["gzip", "-S", suffix, "a"])
            .expect(1, "", &words);
    }
}

/// Seconds since 1970.
const MOMENT: u64 = 1_234_567_890;

fn change(folder: &Folder, name: &str, seconds: u64) {
    let file = fs::File::options()
        .write(true)
        .open(folder.path().join(name));
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    file.unwrap().set_modified(time).unwrap();
}

fn changed(folder: &Folder, name: &str) -> u64 {
    let metadata = fs::metadata(folder.path().join(name)).unwrap();
    let since = metadata
        .modified()
        .unwrap()
        .duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap().as_secs()
}

#[test]
fn names_and_times_are_saved_and_restored() {
    let folder = Folder::new();
    folder.write("name", "abc");
    change(&folder, "name", MOMENT);
    folder.run(["gzip", "-k", "name"]).expect(0, "", "");
    let file = read(&folder, "name.gz");
    assert_eq!(file[3..8], [8, 0xd2, 0x02, 0x96, 0x49]);
    assert_eq!(file[10..15], *b"name\0");
    assert_eq!(changed(&folder, "name.gz"), MOMENT);

    // The file's own time and name are other ones now.
    fs::rename(
        folder.path().join("name.gz"),
        folder.path().join("other.gz"),
    )
    .unwrap();
    change(&folder, "other.gz", 5);
    remove(&folder, "name");
    folder.run(["gunzip", "-k", "other.gz"]).expect(0, "", "");
    assert_eq!(
        (names(&folder), changed(&folder, "other")),
        (vec!["other".to_owned(), "other.gz".to_owned()], 5)
    );
    remove(&folder, "other");
    folder.run(["gunzip", "-kN", "other.gz"]).expect(0, "", "");
    assert_eq!(
        (names(&folder), changed(&folder, "name")),
        (vec!["name".to_owned(), "other.gz".to_owned()], MOMENT)
    );
    remove(&folder, "name");
    assert_eq!(system(&folder, b"", &["-dkN", "other.gz"]).status, 0);
    assert_eq!(changed(&folder, "name"), MOMENT);

    // Neither, for the same bytes each time.
    let plain = folder.run(["gzip", "-nc", "name"]).stdout;
    assert_eq!(plain, folder.run_on("abc", ["gzip"]).stdout);
    assert_eq!(plain[3..8], [0; 5]);
}

/// A header cannot lead out of the folder of its file.
#[test]
fn a_name_in_a_header_is_a_name_and_no_path() {
    let folder = Folder::new();
    fs::create_dir(folder.path().join("in")).unwrap();
    let mut file = zipped(&folder, b"abc", &[]);
    file[3] = 8;
    file.splice(10..10, *b"../../out\0");
    folder.write("in/a.gz", &file);
    folder.run(["gunzip", "-N", "in/a.gz"]).expect(0, "", "");
    assert_eq!(names(&folder), ["in"]);
    assert_eq!(read(&folder, "in/out"), b"abc");
}

#[cfg(unix)]
#[test]
fn permissions_are_kept() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::new();
    let path = folder.write("a", "abc");
    for mode in [0o640, 0o755, 0o400] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        folder.run(["gzip", "a"]).expect(0, "", "");
        let made = fs::metadata(folder.path().join("a.gz")).unwrap();
        assert_eq!(made.permissions().mode() & 0o777, mode);
        folder.run(["gunzip", "a.gz"]).expect(0, "", "");
        let made = fs::metadata(&path).unwrap();
        assert_eq!(made.permissions().mode() & 0o777, mode);
    }
}

/// Statuses are those of the system's gzip.
#[cfg(unix)]
#[test]
fn what_is_refused() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let folder = Folder::new();
    folder.write("a", "abc");
    let path = |name: &str| folder.path().join(name);
    symlink("a", path("link")).unwrap();
    folder.write("one", "abc");
    fs::hard_link(path("one"), path("two")).unwrap();
    fs::create_dir(path("folder")).unwrap();
    folder.write("special", "abc");
    fs::set_permissions(path("special"), fs::Permissions::from_mode(0o4755)).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(path("pipe"))
            .status()
            .unwrap()
            .success()
    );
    let before = names(&folder);
    for (name, words) in [
        ("link", "it is a symbolic link, and only --force follows it"),
        ("one", "it has 1 other name; ignored"),
        ("folder", "it is a folder, which only --recursive takes"),
        ("pipe", "it is no regular file; ignored"),
        (
            "special",
            "it has the set-user-ID, set-group-ID or sticky bit; ignored",
        ),
        ("missing", "No such file or directory"),
    ] {
        let theirs = system(&folder, b"", &[name]).status;
        let expected = format!("kilowat: {name}: {words}\n");
        folder.run(["gzip", name]).expect(theirs, "", &expected);
    }
    assert_eq!(names(&folder), before);
    // To a pipe, nothing is replaced.
    for name in ["link", "one"] {
        assert_eq!(folder.run(["gzip", "-c", name]).status, 0);
    }
    // An error weighs more than a warning.
    assert_eq!(
        folder.run(["gzip", "folder", "missing", "folder"]).status,
        1
    );
    for name in ["link", "one"] {
        folder.run(["gzip", "-f", name]).expect(0, "", "");
    }
    // The link is gone, and what it led to is not.
    assert_eq!(
        names(&folder),
        ["a", "folder", "link.gz", "one.gz", "pipe", "special", "two"]
    );
}

#[test]
fn damage_is_named_and_leaves_nothing() {
    let folder = Folder::new();
    let bytes = content(PIECE);
    let file = zipped(&folder, &bytes, &[]);
    let len = file.len();
    let mut flipped = file.clone();
    flipped[len - 8] ^= 1;
    for (damaged, words) in [
        (b"no gzip file".to_vec(), "at byte 1: ".to_owned()),
        (Vec::new(), "at byte 0: the stream is cut short".to_owned()),
        (
            file[..5].to_vec(),
            "at byte 5: the stream is cut short".to_owned(),
        ),
        (
            file[..len - 1].to_vec(),
            format!("at byte {}: the stream is cut short", len - 1),
        ),
        (flipped, format!("at byte {}: ", len - 5)),
    ] {
        folder.write("a.gz", &damaged);
        for arguments in [
            &["gunzip", "a.gz"][..],
            &["gzip", "-t", "a.gz"],
            &["gzip", "-l", "a.gz"],
        ] {
            let ran = folder.run(arguments);
            assert_eq!((ran.status, ran.stdout.len()), (1, 0), "{}", ran.stderr);
            let expected = format!("kilowat: a.gz: {words}");
            assert!(ran.stderr.starts_with(&expected), "{}", ran.stderr);
        }
        assert_eq!(names(&folder), ["a.gz"]);
        assert_eq!(system(&folder, b"", &["-t", "a.gz"]).status, 1);
    }
}

#[test]
fn what_follows_is_ignored_with_a_warning() {
    let folder = Folder::new();
    let file = zipped(&folder, b"abc", &[]);
    // Zeros are padding.
    folder.write("a.gz", [&file[..], &[0; 1_000]].concat());
    folder.run(["gunzip", "-k", "a.gz"]).expect(0, "", "");
    assert_eq!(read(&folder, "a"), b"abc");
    remove(&folder, "a");
    for rest in [&b"rest"[..], b"\0\0rest", b"\x1f\x8c"] {
        folder.write("a.gz", [&file[..], rest].concat());
        let at = file.len() + rest.iter().take_while(|&&byte| byte == 0).count();
        let words = format!(
            "kilowat: a.gz: what begins at byte {at} is no gzip file, and was ignored; the content before it is \
             sound\n"
        );
        folder
            .run(["gunzip", "-c", "a.gz"])
            .expect(2, "abc", &words);
        folder.run(["gunzip", "-qt", "a.gz"]).expect(2, "", "");
        assert_eq!(system(&folder, b"", &["-t", "a.gz"]).status, 2);
        folder.run(["gunzip", "a.gz"]).expect(2, "", &words);
        assert_eq!(names(&folder), ["a"]);
        remove(&folder, "a");
    }
}

#[test]
fn what_is_no_gzip_file_is_printed_if_forced() {
    let folder = Folder::new();
    folder.write("a", "no gzip file");
    folder
        .run(["gunzip", "-cf", "a"])
        .expect(0, "no gzip file", "");
    folder.run_on("", ["gunzip", "-cf"]).expect(0, "", "");
    assert_eq!(folder.run(["gunzip", "-c", "a"]).status, 1);
}

#[test]
fn files_are_listed_as_by_gzip() {
    let folder = Folder::new();
    for name in ["a", "b"] {
        folder.write(name, content(100_000));
        change(&folder, name, MOMENT);
        folder.run(["gzip", name]).expect(0, "", "");
    }
    for options in ["-l", "-lv", "-lq", "-lN", "-lvN"] {
        for files in [&["a.gz"][..], &["a.gz", "b.gz"]] {
            let arguments = [&[options], files].concat();
            let theirs = system(&folder, b"", &arguments);
            let ran = folder.run([&["gzip"], &arguments[..]].concat());
            ran.expect(theirs.status, &theirs.stdout, "");
        }
    }
    // Members are counted together.
    let both = [read(&folder, "a.gz"), read(&folder, "b.gz")].concat();
    folder.write("c.gz", &both);
    let listed = folder
        .run(["--json", "gunzip", "-l", "c.gz"])
        .json()
        .remove(0);
    assert_eq!(listed["content"], 200_000);
    assert_eq!(listed["compressed"], both.len());
    assert_eq!(
        (&listed["name"], &listed["modified"]),
        (&"a".into(), &MOMENT.into())
    );
}

#[test]
fn folders_are_taken_with_all_that_is_in_them() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path().join("d/e")).unwrap();
    folder.write("d/a", "abc");
    folder.write("d/e/b", "abc");
    folder.write("d/old.gz", zipped(&folder, b"old", &[]));
    folder.run(["gzip", "-r", "d"]).expect(0, "", "");
    let inside = |name: &str| folder.path().join(name).exists();
    assert!(inside("d/a.gz") && inside("d/e/b.gz") && !inside("d/a") && !inside("d/e/b"));
    folder.write("d/plain", "abc");
    folder.run(["gunzip", "-r", "d"]).expect(0, "", "");
    assert!(inside("d/a") && inside("d/e/b") && inside("d/old") && !inside("d/a.gz"));
    // To a pipe in the order of names, and nothing is removed.
    let printed = folder.run(["gzip", "-rc", "d"]).stdout;
    folder
        .run_on(printed, ["gunzip"])
        .expect(0, "abcabcoldabc", "");
    assert_eq!(read(&folder, "d/e/b"), b"abc");
}

#[test]
fn json() {
    let folder = Folder::new();
    folder.write("a", vec![b'a'; 10_000]);
    let ran = folder.run(["--json", "--engine", "native", "gzip", "-k", "a"]);
    let record = ran.json().remove(0);
    assert_eq!(record["operation"], "gzip");
    assert_eq!(
        (&record["file"], &record["output"]),
        (&"a".into(), &"a.gz".into())
    );
    assert_eq!(record["bytes_in"], 10_000);
    assert_eq!(record["bytes_out"], read(&folder, "a.gz").len());
    assert_eq!(record["engine"], "native");
    let record = folder
        .run(["--json", "gunzip", "-t", "a.gz"])
        .json()
        .remove(0);
    assert_eq!(
        (&record["operation"], &record["output"]),
        (&"gunzip".into(), &().into())
    );
    assert_eq!(record["bytes_out"], 10_000);
    assert_eq!(folder.run(["--json", "gzip", "-c", "a"]).status, 1);
}
