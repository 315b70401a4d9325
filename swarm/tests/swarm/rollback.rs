//! Systems that are rolled back to native code while they run.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use kilowat::{EngineKind, Runtime};
use kilowat_swarm::messenger::{Fate, Message};
use kilowat_swarm::rollback::{Rollback, Switches, System, processes};
use kilowat_swarm::{Error, Swarm};

use super::{Folder, NATIVE};

fn interpreted() -> Runtime {
    Runtime::with_engine(EngineKind::Interpreter).unwrap()
}

/// How many calls kernels have answered.
fn calls_of_kernels(runtime: &Runtime) -> u64 {
    let report = runtime.report();
    let tiers = report.operations.iter().flat_map(|found| &found.tiers);
    let kernels = tiers.filter(|tier| tier.tier != EngineKind::Native);
    kernels.map(|tier| tier.calls).sum()
}

fn names(swarm: &Swarm) -> Vec<String> {
    let processes = processes(swarm.place()).unwrap();
    processes.into_iter().map(|process| process.name).collect()
}

#[test]
fn messages_flow_while_they_are_rolled_back_and_none_is_lost() {
    const ALL: u32 = 400;

    let folder = Folder::new();
    let runtime = interpreted();
    let builder = Swarm::builder()
        .runtime(runtime.clone())
        .daily_backups(false);
    let swarm = builder.name("flow").open(&folder.place()).unwrap();
    let queue = swarm.queue("jobs").open().unwrap();
    let goes_on = AtomicBool::new(true);
    thread::scope(|scope| {
        let sender = scope.spawn(|| {
            let mut number = 0;
            while number < ALL || goes_on.load(Ordering::SeqCst) {
                // Long enough to be compressed.
                let body = vec![number; 600];
                queue.send(Message::json("n", &body).unwrap()).unwrap();
                number += 1;
            }
            number
        });
        let consumer = queue.consumer("c").unwrap();
        let taking = scope.spawn(move || {
            let (mut all, mut numbers) = (0, BTreeSet::new());
            loop {
                let deliveries = consumer.receive(16, Duration::from_millis(300)).unwrap();
                if deliveries.is_empty() {
                    return (all, numbers);
                }
                all += deliveries.len();
                let done = deliveries.into_iter().map(|delivery| {
                    let body: Vec<u32> = delivery.json().unwrap();
                    assert!(body.len() == 600 && body.iter().all(|number| *number == body[0]));
                    numbers.insert(body[0]);
                    (delivery, Fate::Done)
                });
                consumer.settle(done.collect()).unwrap();
            }
        });
        let report = Rollback::of(&folder.place()).run().unwrap();
        assert!(report.is_done(), "{report:?}");
        assert_eq!(names(&swarm), ["flow"]);
        let answers = report.processes[0].messages.answers.as_deref();
        assert_eq!(answers, Some("native"));
        // Calls that had begun have ended by now.
        thread::sleep(Duration::from_millis(50));
        let before = calls_of_kernels(&runtime);
        assert!(before > 0);
        let native = calls(swarm.runtime_of(System::Messages));
        thread::sleep(Duration::from_millis(200));
        assert_eq!(calls_of_kernels(&runtime), before);
        assert!(
            calls(swarm.runtime_of(System::Messages)) > native,
            "messages flow"
        );
        let report = Rollback::of(&folder.place()).undo().run().unwrap();
        assert!(report.is_done(), "{report:?}");
        thread::sleep(Duration::from_millis(100));
        assert!(calls_of_kernels(&runtime) > before, "kernels answer again");
        goes_on.store(false, Ordering::SeqCst);
        let sent = sender.join().unwrap();
        let (all, numbers) = taking.join().unwrap();
        assert_eq!(all, sent as usize, "each came once");
        assert!(numbers.into_iter().eq(0..sent), "and none is missing");
    });
}

fn calls(runtime: &Runtime) -> u64 {
    runtime.report().calls
}

#[test]
fn a_system_is_rolled_back_by_itself() {
    let folder = Folder::new();
    let builder = || folder.builder().runtime(interpreted());
    let swarm = builder().open(&folder.place()).unwrap();
    let tiers =
        |swarm: &Swarm| System::ALL.map(|system| swarm.runtime_of(system).tiers().to_string());
    let roll_back = |change: &dyn Fn(Rollback) -> Rollback| {
        let rollback = change(Rollback::of(&folder.place()));
        let report = rollback.run().unwrap();
        assert!(report.is_done(), "{report:?}");
        report
    };
    roll_back(&|rollback| rollback.system(System::Memory));
    assert_eq!(tiers(&swarm), ["native", "interpreter", "interpreter"]);
    let later = builder().open(&folder.place()).unwrap();
    assert_eq!(
        tiers(&later),
        ["native", "interpreter", "interpreter"],
        "from the beginning"
    );
    roll_back(&|rollback| rollback);
    assert_eq!(tiers(&swarm), ["native"; 3]);
    // One after the other comes back.
    let report = roll_back(&|rollback| rollback.system(System::Messages).undo());
    assert_eq!(tiers(&swarm), ["native", "interpreter", "native"]);
    assert_eq!(report.processes.len(), 2);
    roll_back(&|rollback| rollback.undo());
    assert_eq!(tiers(&swarm), ["interpreter"; 3]);
    drop(later);
    assert_eq!(processes(&folder.place()).unwrap().len(), 1);
    drop(swarm);
    assert_eq!(processes(&folder.place()).unwrap(), []);
}

#[test]
fn who_edits_the_file_by_hand_is_heard_within_a_second() {
    let folder = Folder::new();
    let swarm = folder
        .builder()
        .runtime(interpreted())
        .open(&folder.place());
    let swarm = swarm.unwrap();
    let file = folder.place().folder().join("config.toml");
    for (text, expected) in [
        ("[messages]\nwasm = false", [true, false, true]),
        // Somebody wanted to turn something off.
        ("wasm = fals", [false; 3]),
        ("wasm = true", [true; 3]),
        ("[memory]\nwasm = \"no\"", [false; 3]),
    ] {
        fs::write(&file, text).unwrap();
        let begun = Instant::now();
        let is_kernel = |system| swarm.runtime_of(system).tiers().to_string() != "native";
        while System::ALL.map(is_kernel) != expected {
            assert!(begun.elapsed() < Duration::from_secs(20), "{text}");
            thread::sleep(Duration::from_millis(5));
        }
    }
    let error = Rollback::of(&folder.place()).run().unwrap_err();
    let expected = "config.toml: line 2: `memory.wasm` is a string, not true or false";
    assert!(error.to_string().ends_with(expected), "{error}");
    assert!(matches!(error, Error::Config { .. }), "{error:?}");
    thread::sleep(Duration::from_millis(400));
    let problem = processes(&folder.place()).unwrap().remove(0).problem;
    assert_eq!(problem, Some(error.to_string()));
}

#[test]
fn a_plan_changes_nothing_and_a_damaged_database_does_not_hinder() {
    let folder = Folder::new();
    fs::create_dir(folder.place().folder()).unwrap();
    fs::write(folder.place().database(), "no database").unwrap();
    let rollback = Rollback::of(&folder.place()).system(System::Messages);
    let (before, after) = rollback.plan().unwrap();
    assert_eq!(before, Switches::default());
    assert!(after.allows(System::Memory) && !after.allows(System::Messages));
    assert_eq!(Switches::of(&folder.place()).unwrap(), before);
    let report = rollback.run().unwrap();
    assert!(report.is_done() && report.processes.is_empty());
    assert_eq!(Switches::of(&folder.place()).unwrap(), after);
    let text = fs::read_to_string(folder.place().folder().join("config.toml")).unwrap();
    assert!(text.ends_with("[messages]\nwasm = false\n"), "{text}");
}

#[test]
fn a_process_that_does_not_answer_is_pending() {
    let folder = Folder::new();
    let swarm = folder
        .builder()
        .runtime(NATIVE.clone())
        .open(&folder.place());
    let swarm = swarm.unwrap();
    let begun = Instant::now();
    while processes(swarm.place()).unwrap().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(20));
        thread::sleep(Duration::from_millis(5));
    }
    // It reads another file, as a process does that is stopped.
    let entries = fs::read_dir(folder.place().folder().join("processes")).unwrap();
    let entry = entries.map(|entry| entry.unwrap().path()).next().unwrap();
    let stale = fs::read(&entry).unwrap();
    let copy = entry.with_file_name("stopped.json");
    fs::write(&copy, &stale).unwrap();
    let held = fs::File::open(&copy).unwrap();
    held.lock().unwrap();
    let rollback = Rollback::of(&folder.place()).patience(Duration::from_millis(700));
    let report = rollback.run().unwrap();
    assert!(!report.is_done());
    assert_eq!(report.pending, [std::process::id()]);
    assert_eq!(report.processes.len(), 2);
}
