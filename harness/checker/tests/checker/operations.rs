//! Every operation of the list on both engines.

use kilowat_checker::checker::assert_sound;
use kilowat_operations::{for_each_operation, ops};

macro_rules! tests {
    ($($name:ident: $operation:ident,)*) => {
        $(
            #[test]
            fn $name() {
                assert_sound::<ops::$operation>();
            }
        )*
    };
}

for_each_operation!(tests);
