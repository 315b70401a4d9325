//! A byte string in pieces: what the operations on a piece, and on the end, have in common.

/// The operations that take the state of a stream one piece further, and to its end.
///
/// `STREAMING` of the operation on the whole has the functions `update` and `finish`, `native_update` and
/// `native_finish` for the same in native code, and `generate` for a state.
macro_rules! stream_operations {
    (
        $whole:ident($output:ty), a state after up to $before:literal bytes;
        $(#[$update_doc:meta])*
        $update:ident, $update_name:literal, $update_summary:literal, $update_export:path,
        [$state_before:literal, $piece:literal];
        $(#[$finish_doc:meta])*
        $finish:ident, $finish_name:literal, $finish_summary:literal, $finish_export:path,
        [$state_after:literal];
    ) => {
        impl Stream<{ $whole::STATE_LEN }> for $whole {
            const START: Option<&'static [u8; $whole::STATE_LEN]> = Some($whole::START);
        }

        $(#[$update_doc])*
        #[derive(Debug)]
        pub struct $update;

        impl Operation for $update {
            const NAME: &'static str = $update_name;
            const SUMMARY: &'static str = $update_summary;
            const EXPORT: &'static Export = &$update_export;
            const PARAMETERS: Names = &[("state", $state_before), ("bytes", $piece)];

            type Shape = (State<$whole, { $whole::STATE_LEN }>, Bytes);
            type Output = [u8; $whole::STATE_LEN];

            fn kernel<'a, F: Frame, B: ByteString<'a>>(
                frame: &mut F,
                (state, bytes): Input<'a, Self, B>,
            ) -> Result<Self::Output, CallError> {
                $whole::STREAMING.update(frame, state, bytes)
            }
        }

        #[cfg(feature = "native")]
        impl Native for $update {
            const CHECKS: Schedule = Schedule::BRIEF;

            fn native((state, bytes): Input<'_, Self>) -> Self::Output {
                $whole::STREAMING.native_update(state, bytes)
            }

            /// States with a buffer of every length.
            fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
                let before = generator.number(0..=$before);
                let state = $whole::STREAMING.generate(generator, before);
                (state, generator.bytes(len))
            }

            fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
                (*$whole::START, generator.source_text(len))
            }
        }

        $(#[$finish_doc])*
        #[derive(Debug)]
        pub struct $finish;

        impl Operation for $finish {
            const NAME: &'static str = $finish_name;
            const SUMMARY: &'static str = $finish_summary;
            const EXPORT: &'static Export = &$finish_export;
            const PARAMETERS: Names = &[("state", $state_after)];

            type Shape = State<$whole, { $whole::STATE_LEN }>;
            type Output = $output;

            fn kernel<'a, F: Frame, B: ByteString<'a>>(
                frame: &mut F,
                state: Input<'a, Self, B>,
            ) -> Result<Self::Output, CallError> {
                $whole::STREAMING.finish(frame, state)
            }
        }

        #[cfg(feature = "native")]
        impl Native for $finish {
            fn native(state: Input<'_, Self>) -> Self::Output {
                $whole::STREAMING.native_finish(state)
            }

            /// The state after `len` bytes.
            fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
                $whole::STREAMING.generate(generator, len)
            }

            fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
                $whole::STREAMING.native_update($whole::START, &generator.source_text(len))
            }
        }
    };
}
pub(super) use stream_operations;
