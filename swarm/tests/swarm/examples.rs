use std::process::Command;

#[test]
fn agents_count_all_words() {
    // Cargo has built it beside the tests.
    let tests = std::env::current_exe().unwrap();
    let profile = tests.parent().and_then(|deps| deps.parent()).unwrap();
    let output = Command::new(profile.join("examples/agents"))
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<_> = printed.lines().collect();
    assert_eq!(lines[0], "11 words");
    lines[1..].sort_unstable();
    assert_eq!(
        lines[1..],
        ["first counted", "second counted", "third counted"]
    );
}
