//! What is done in the background: by one thread for all runtimes, which nobody waits for at the end.

use std::sync::{Arc, Mutex, mpsc};

use kilowat::faults::{Fault, Faults};
use kilowat::{Cache, EngineKind, Preload, Runtime};

use super::{check_abc, in_another_process};

fn runtime() -> Runtime {
    Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .modules(Preload::Only(vec!["md5".to_owned()]))
        .build()
        .unwrap()
}

/// How many threads of this process are the runtimes'.
#[cfg(target_os = "linux")]
fn threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names = tasks.flatten().map(|task| {
        // A thread that has just ended has no name.
        std::fs::read_to_string(task.path().join("comm")).unwrap_or_default()
    });
    names.filter(|name| name.trim_end() == "kilowat").count()
}

#[cfg(target_os = "linux")]
#[test]
fn all_runtimes_of_a_process_share_a_thread() {
    in_another_process("runtime::background::twenty_runtimes", &[]);
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "run by another test, in a process of its own"]
fn twenty_runtimes() {
    assert_eq!(threads(), 0);
    for _ in 0..2 {
        let runtimes: Vec<_> = (0..20).map(|_| runtime()).collect();
        for runtime in &runtimes {
            runtime.wait_ready();
            assert!(runtime.ready("md5").unwrap());
        }
        assert_eq!(threads(), 1);
        drop(runtimes);
        // It ends when it sees that nobody is left.
        while threads() > 0 {
            std::thread::yield_now();
        }
    }
}

/// A runtime whose answers are wrong, all of them compared, and what is done when one is found.
fn wrong_answers(alerted: impl Fn() + Send + Sync + 'static) -> Runtime {
    let faults = Faults::new();
    faults.inject(Fault::WrongAnswer, EngineKind::Interpreter, ..);
    Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .modules(Preload::Nothing)
        .tiers([EngineKind::Interpreter, EngineKind::Native])
        .faults(faults)
        .shadow(1.0)
        .on_alert(move |_| alerted())
        .build()
        .unwrap()
}

#[test]
fn a_callback_that_panics_is_no_trouble_to_other_runtimes() {
    let wrong = wrong_answers(|| panic!("on purpose"));
    wrong.sha256(b"abc").unwrap();
    wrong.wait_compared();
    assert_eq!(wrong.report().shadow.mismatches, 1);
    let right = runtime();
    right.wait_ready();
    assert!(right.ready("md5").unwrap());
}

#[test]
fn a_callback_may_wait_for_what_its_own_thread_compiles() {
    let (sender, answers) = mpsc::channel();
    let jit = Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .modules(Preload::Nothing)
        .tiers([EngineKind::Jit])
        .build()
        .unwrap();
    let other = Mutex::new(Some(jit));
    let wrong = wrong_answers(move || {
        // The last handle of the other runtime goes here, too.
        if let Some(jit) = other.lock().unwrap().take() {
            check_abc(&jit);
            jit.load_module("md5").unwrap();
            jit.wait_ready();
            sender.send(jit.ready("md5").unwrap()).unwrap();
        }
    });
    wrong.sha256(b"abc").unwrap();
    wrong.wait_compared();
    assert_eq!(answers.recv(), Ok(true));
}

#[test]
fn a_runtime_may_go_where_its_own_alert_is_raised() {
    let holder: Arc<Mutex<Option<Runtime>>> = Arc::default();
    let (sender, gone) = mpsc::channel();
    let held = Arc::clone(&holder);
    let wrong = wrong_answers(move || {
        drop(held.lock().unwrap().take());
        sender.send(()).unwrap();
    });
    let mut holds = holder.lock().unwrap();
    wrong.sha256(b"abc").unwrap();
    *holds = Some(wrong);
    drop(holds);
    assert_eq!(gone.recv(), Ok(()));
}

#[test]
fn a_process_ends_while_modules_are_compiled() {
    for test in ["runtime::background::exits", "runtime::background::returns"] {
        for _ in 0..3 {
            let output = in_another_process(test, &[]);
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{test}");
        }
    }
}

fn in_the_midst_of_it() -> Runtime {
    let runtime = Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .build()
        .unwrap();
    check_abc(&runtime);
    runtime
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn exits() {
    let _runtime = in_the_midst_of_it();
    std::process::exit(0);
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn returns() {
    static KEPT: Mutex<Option<Runtime>> = Mutex::new(None);
    *KEPT.lock().unwrap() = Some(in_the_midst_of_it());
}
