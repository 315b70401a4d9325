;; ---- The grammar of regular expressions

;; Refuses what is no pattern: [at, stop), with the bits of its flags.
(func $check_pattern (param $at i32) (param $stop i32) (param $flags i32))
