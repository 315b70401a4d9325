//! `kilowat doctor`.

use super::{Folder, Ran};

/// Runs the doctor with a cache of its own and these variables.
fn doctor(folder: &Folder, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let mut command = folder.kilowat([&["doctor"], arguments].concat());
    command.env("KILOWAT_CACHE", folder.path().join("cache"));
    Ran::of(command.envs(variables.iter().copied()))
}

#[track_caller]
fn verdict(ran: &Ran) -> &str {
    let text = str::from_utf8(&ran.stdout).unwrap();
    text.lines().last().unwrap()
}

#[test]
fn a_fresh_machine_is_healthy_and_the_second_time_the_cache_is_warm() {
    let folder = Folder::new();
    for origin in ["translated", "from the cache"] {
        let ran = doctor(&folder, &[], &[]);
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
        let healthy = "healthy: all 3 tiers work, and every answer is right";
        assert_eq!(verdict(&ran), healthy);
        let text = str::from_utf8(&ran.stdout).unwrap();
        let jit = text.lines().nth(1).unwrap();
        assert!(jit.starts_with("jit ") && jit.contains(origin), "{text}");
        assert!(text.contains("\ncache        "), "{text}");
        assert!(text.contains("\nenvironment  KILOWAT_CACHE="), "{text}");
    }
}

#[test]
fn json_has_it_all() {
    let folder = Folder::new();
    let record = &doctor(&folder, &[], &["--json"]).json()[0];
    assert_eq!(record["verdict"], "healthy");
    for field in ["problems", "notes"] {
        assert_eq!(record[field].as_array().unwrap().len(), 0, "{record}");
    }
    assert_eq!(record["memory_limit"], 1 << 30);
    let tiers = record["tiers"].as_array().unwrap();
    let names: Vec<_> = tiers.iter().map(|tier| &tier["tier"]).collect();
    assert_eq!(names, ["jit", "interpreter", "native"]);
    let operations = folder.run(["--json", "ops"]).json().len();
    for tier in tiers {
        assert_eq!(
            (&tier["works"], &tier["asked"]),
            (&true.into(), &true.into())
        );
        let expected = if tier["tier"] == "native" {
            6
        } else {
            8 * operations + 6
        };
        assert_eq!(tier["right_answers"], expected, "{tier}");
    }
    let cache = &record["cache"];
    assert_eq!(
        (&cache["writable"], &cache["cause"]),
        (&true.into(), &().into())
    );
    assert_eq!(cache["modules"], cache["entries"]);
    assert_eq!(cache["modules"], tiers[0]["compiled"]);
    let variables = record["environment"].as_array().unwrap();
    assert_eq!(variables.len(), 1);
    assert_eq!(variables[0]["name"], "KILOWAT_CACHE");
}

#[cfg(unix)]
#[test]
fn a_folder_whose_name_is_no_text_is_told_in_hexadecimal() {
    use std::os::unix::ffi::OsStrExt as _;

    let folder = Folder::new();
    let name = folder.path().join(std::ffi::OsStr::from_bytes(b"\xff"));
    let run = |variable, other| {
        let mut command = folder.kilowat(["doctor", "--json"]);
        Ran::of(command.env(variable, &name).env(other, "")).json()
    };
    let record = &run("XDG_CACHE_HOME", "KILOWAT_CACHE")[0]["cache"];
    if cfg!(target_os = "linux") {
        let text = record["folder"].as_str().unwrap();
        assert!(text.ends_with("/\u{fffd}/kilowat"), "{record}");
        let hex = record["folder_hex"].as_str().unwrap();
        assert!(hex.ends_with("2fff2f6b696c6f776174"), "{record}");
    }
    let record = &run("KILOWAT_PEERS", "KILOWAT_WASM")[0]["environment"];
    let record = record.as_array().unwrap();
    let peers = record.iter().find(|known| known["name"] == "KILOWAT_PEERS");
    let hex = peers.unwrap()["value_hex"].as_str().unwrap();
    assert!(hex.ends_with("2fff"), "{record:?}");
}

#[test]
fn a_cache_that_cannot_be_used_impairs() {
    let folder = Folder::new();
    let file = folder.write("file", "not a folder");
    let ran = doctor(&folder, &[("KILOWAT_CACHE", file.to_str().unwrap())], &[]);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    assert_eq!(verdict(&ran), "impaired: 1 problem");
    let text = str::from_utf8(&ran.stdout).unwrap();
    let problem = text
        .lines()
        .find(|line| line.starts_with("problem "))
        .unwrap();
    assert!(
        problem.contains(" compiled kernels are not kept in "),
        "{text}"
    );
    assert!(problem.contains("/file: "), "{text}");

    // What is turned off on purpose is no fault.
    let ran = doctor(&folder, &[("KILOWAT_CACHE", "off")], &[]);
    assert_eq!(ran.status, 0);
    let expected = "; no compiled kernels are kept: each process compiles them";
    assert!(verdict(&ran).ends_with(expected), "{}", verdict(&ran));
}

#[cfg(unix)]
#[test]
fn a_cache_that_others_may_write_to_impairs_and_what_mends_it_is_said() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::new();
    let cache = folder.path().join("cache");
    let _ = doctor(&folder, &[], &[]);
    set_permissions(&cache, Permissions::from_mode(0o770)).unwrap();
    let record = &doctor(&folder, &[], &["--json"]).json()[0];
    assert_eq!(record["verdict"], "impaired");
    let shown = cache.display();
    let expected = format!(
        "the folder {shown} is writable by the group (mode 0770): `chmod g-w {shown}` mends it"
    );
    assert_eq!(record["cache"]["cause"], expected.as_str());
    let problems = record["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0].as_str().unwrap().ends_with(&expected),
        "{problems:?}"
    );

    set_permissions(&cache, Permissions::from_mode(0o750)).unwrap();
    let record = &doctor(&folder, &[], &["--json"]).json()[0];
    assert_eq!(record["verdict"], "healthy");
}

#[test]
fn tiers_that_are_turned_off_are_examined_all_the_same() {
    let folder = Folder::new();
    for (variable, value, off) in [
        ("KILOWAT_WASM", "off", "jit and interpreter"),
        ("KILOWAT_TIERS", "interpreter", "jit and native"),
    ] {
        let ran = doctor(&folder, &[(variable, value)], &[]);
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
        let expected = format!(
            "healthy: all 3 tiers work, and every answer is right; the environment turns off {off}"
        );
        assert_eq!(verdict(&ran), expected);
        let text = str::from_utf8(&ran.stdout).unwrap();
        assert!(
            text.contains(&format!("\nenvironment  {variable}={value}\n")),
            "{text}"
        );
        let jit = text.lines().nth(1).unwrap();
        assert!(jit.contains(" yes, turned off "), "{text}");
    }
}

#[test]
fn a_variable_that_means_nothing_breaks_and_is_named() {
    let folder = Folder::new();
    for (variable, value) in [("KILOWAT_TIERS", "nativ"), ("KILOWAT_WASM", "of")] {
        let ran = doctor(&folder, &[(variable, value)], &["--json"]);
        assert_eq!((ran.status, ran.stderr.as_str()), (2, ""));
        let record = &ran.json()[0];
        assert_eq!(record["verdict"], "broken");
        let problem = record["problems"][0].as_str().unwrap();
        let expected = format!("the environment variable {variable} is `{value}`: ");
        assert!(problem.starts_with(&expected), "{problem}");
    }
    let ran = doctor(&folder, &[("KILOWAT_PEERS", "missing")], &[]);
    assert_eq!((ran.status, verdict(&ran)), (1, "impaired: 1 problem"));
}

#[cfg(all(unix, feature = "swarm"))]
#[test]
fn the_swarm_of_the_folder_is_examined() {
    use std::fs::{Permissions, create_dir, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::new();
    create_dir(folder.path().join(".git")).unwrap();
    assert_eq!(
        doctor(&folder, &[], &["--json"]).json()[0]["swarm"],
        serde_json::Value::Null
    );
    let _ = folder.run(["memory", "put", "n", "k", "1"]);
    let record = &doctor(&folder, &[], &["--json"]).json()[0];
    assert_eq!(record["verdict"], "healthy", "{record}");
    let database = &record["swarm"]["database"];
    assert_eq!(
        (&database["is_sound"], &database["rows"]),
        (&true.into(), &1.into())
    );
    assert!(record["swarm"]["disk"]["free"].as_u64().unwrap() > 0);
    let key = folder.path().join(".kilowat/our key.key");
    std::fs::write(&key, "").unwrap();
    set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    let ran = doctor(&folder, &[], &[]);
    assert_eq!((ran.status, verdict(&ran)), (1, "impaired: 1 problem"));
    let text = str::from_utf8(&ran.stdout).unwrap();
    assert!(text.contains("/our key.key'` mends it"), "{text}");
    assert!(text.contains("\ndatabase     "), "{text}");
}
