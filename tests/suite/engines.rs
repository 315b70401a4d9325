//! Both engines give the same bytes and the same error, of encoders too, which have many right answers.

use kilowat_engine::EngineKind;
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::ALL;
use kilowat_operations::session::Library;

#[test]
fn engines_give_the_same_answers() {
    let mut sessions = [EngineKind::Jit, EngineKind::Interpreter]
        .map(|kind| Library::new(kind).unwrap().unwrap().session());
    for operation in ALL {
        for len in [0, 1, 13, 100, 1_000, 5_000, 70_000] {
            for round in 0..4 {
                let mut generator = Generator::of(71, operation.name(), &[len as u64, round]);
                let case = operation.generate(&mut generator, len);
                let [jit, interpreter] = sessions.each_mut().map(|session| {
                    let mut frame = session.frame(operation.export().module).unwrap();
                    case.kernel(&mut frame).unwrap()
                });
                assert!(
                    jit.is(&*interpreter),
                    "{} of {len} bytes, round {round}: {jit:?} and {interpreter:?}",
                    operation.name()
                );
            }
        }
    }
}
