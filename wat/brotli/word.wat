;; ---- words of the dictionary

;; Layout transform
;;   offset  size  field       meaning
;;        0     1  action      u8, of the enumeration `action`
;;        1     1  prefix      u8: offset among the affixes of what comes before the word
;;        2     1  prefix_len  u8
;;        3     1  suffix      u8: the same of what comes behind it
;;        4     1  suffix_len  u8

;; Those from 1 to 9 leave out so many of the last bytes.
;;
;; Enumeration action
;;   value  name             meaning
;;      10  uppercase_first  the first character becomes a capital
;;      11  uppercase_all    all of them do
;;      12  omit_first       one less than how many of the first bytes are left out, and 12
(global $OMIT_LAST_9     i32 (i32.const 9))
(global $UPPERCASE_FIRST i32 (i32.const 10 (;ACTION.UPPERCASE_FIRST;)))
(global $UPPERCASE_ALL   i32 (i32.const 11 (;ACTION.UPPERCASE_ALL;)))
(global $OMIT_FIRST      i32 (i32.const 12 (;ACTION.OMIT_FIRST;)))

(global $TRANSFORM_COUNT i32 (i32.const 121))

;; Writes the word number $number of those of $len bytes, in all their forms, to $dst, of which 64
;; bytes may be written. Its length; -1 where there is none.
(func $word (param $dst i32) (param $len i32) (param $number i32) (result i32)
  (local $words i32)
  (local $bits i32)
  (local $src i32)
  (local $transform i32)
  (local $action i32)
  (local $skip i32)
  (local $start i32)
  (if (i32.gt_u (i32.sub (local.get $len) (i32.const 4)) (i32.const 20))
    (then (return (i32.const -1))))
  (local.set $words
    (i32.load (i32.add (global.get $WORDS) (i32.shl (local.get $len) (i32.const 2)))))
  (local.set $bits (i32.shr_u (local.get $words) (i32.const 24)))
  (local.set $transform (i32.shr_u (local.get $number) (local.get $bits)))
  (if (i32.ge_u (local.get $transform) (global.get $TRANSFORM_COUNT))
    (then (return (i32.const -1))))
  (local.set $src
    (i32.add
      (i32.add (global.get $DICTIONARY) (i32.and (local.get $words) (i32.const 0xffffff)))
      (i32.mul
        (local.get $len)
        (i32.and
          (local.get $number)
          (i32.sub (i32.shl (i32.const 1) (local.get $bits)) (i32.const 1))))))
  (if (i32.eqz (local.get $transform))
    (then
      (v128.store (local.get $dst) (v128.load (local.get $src)))
      (v128.store offset=16 (local.get $dst) (v128.load offset=16 (local.get $src)))
      (return (local.get $len))))
  (local.set $start (local.get $dst))
  (local.set $transform
    (i32.add (global.get $TRANSFORMS) (i32.shl (local.get $transform) (i32.const 3))))
  (v128.store (local.get $dst)
    (v128.load
      (i32.add
        (global.get $AFFIXES)
        (i32.load8_u offset=1 (;PREFIX;) (local.get $transform)))))
  (local.set $dst
    (i32.add
      (local.get $dst)
      (i32.load8_u offset=2 (;PREFIX_LEN;) (local.get $transform))))
  (local.set $action (i32.load8_u offset=0 (;ACTION;) (local.get $transform)))
  (if (i32.le_u (local.get $action) (global.get $OMIT_LAST_9))
    (then
      (local.set $len (i32.sub (local.get $len) (local.get $action)))
      (if (i32.lt_s (local.get $len) (i32.const 0)) (then (local.set $len (i32.const 0))))))
  (if (i32.ge_u (local.get $action) (global.get $OMIT_FIRST))
    (then
      (local.set $skip
        (i32.sub (local.get $action) (i32.sub (global.get $OMIT_FIRST) (i32.const 1))))
      (if (i32.gt_u (local.get $skip) (local.get $len))
        (then (local.set $skip (local.get $len))))
      (local.set $src (i32.add (local.get $src) (local.get $skip)))
      (local.set $len (i32.sub (local.get $len) (local.get $skip)))))
  (v128.store (local.get $dst) (v128.load (local.get $src)))
  (v128.store offset=16 (local.get $dst) (v128.load offset=16 (local.get $src)))
  (if (i32.eq (local.get $action) (global.get $UPPERCASE_FIRST))
    (then (drop (call $capital (local.get $dst)))))
  (if (i32.eq (local.get $action) (global.get $UPPERCASE_ALL))
    (then
      (local.set $skip (i32.const 0))
      (loop $next_character
        (local.set $skip
          (i32.add
            (local.get $skip)
            (call $capital (i32.add (local.get $dst) (local.get $skip)))))
        (br_if $next_character (i32.lt_u (local.get $skip) (local.get $len))))))
  (local.set $dst (i32.add (local.get $dst) (local.get $len)))
  (v128.store (local.get $dst)
    (v128.load
      (i32.add
        (global.get $AFFIXES)
        (i32.load8_u offset=3 (;SUFFIX;) (local.get $transform)))))
  (i32.sub
    (i32.add
      (local.get $dst)
      (i32.load8_u offset=4 (;SUFFIX_LEN;) (local.get $transform)))
    (local.get $start)))

;; Makes the character at $ptr a capital, as the format has it, and returns its length. A character
;; that goes on behind the word does not matter: what stands there is written later.
(func $capital (param $ptr i32) (result i32)
  (local $byte i32)
  (local.set $byte (i32.load8_u (local.get $ptr)))
  (if (i32.lt_u (local.get $byte) (i32.const 0xc0))
    (then
      (if (i32.lt_u (i32.sub (local.get $byte) (i32.const 0x61)) (i32.const 26))
        (then
          (i32.store8 (local.get $ptr) (i32.xor (local.get $byte) (i32.const 0x20)))))
      (return (i32.const 1))))
  (if (i32.lt_u (local.get $byte) (i32.const 0xe0))
    (then
      (i32.store8 offset=1 (local.get $ptr)
        (i32.xor (i32.load8_u offset=1 (local.get $ptr)) (i32.const 0x20)))
      (return (i32.const 2))))
  (i32.store8 offset=2 (local.get $ptr)
    (i32.xor (i32.load8_u offset=2 (local.get $ptr)) (i32.const 5)))
  (i32.const 3))
