;; ---- The grammar of regular expressions

;; A pattern is read up to three times. First its groups are counted: whether a number is that of a
;; group, and whether `\k` is a reference, depends on all of them. Then, where there are some, the
;; names of groups are taken down, since a reference may come before its group. Then all of it is
;; parsed, without recursion: what is open is on a stack behind the records that are written so far,
;; as are the names.
;;
;; Without the flags `u` and `v` the rules of Annex B hold: what has no meaning stands for itself.
;;
;; Whoever finds a fault refuses it, and gives the end of the pattern as the place to go on with.

;; Layout open_group
;;   offset  size  field   meaning
;;        0     4  kind    one of `group`
;;        4     4  begin   address of its bracket
;;        8     4  branch  address where the alternative begins that the parser is in

;; Layout open_class
;;   offset  size  field    meaning
;;        0     4  negated  whether it begins with `[^`
;;        4     4  strings  whether it may match strings, by what was read so far
;;        8     4  joined   what joins its operands, one of `joint`

;; Layout pattern_name
;;   offset  size  field      meaning
;;        0     4  following  address of the next name in the same bucket, 0 for none
;;        4     4  group      address of the last group of this name that was parsed, 0 for none
;;        8     4  len        how many bytes it has; they follow, and zeros up to a whole word
(global $PATTERN_NAME_SIZE i32 (i32.const 12))

;; Enumeration group
;;   value  name     meaning
;;       0  whole    no group, but the pattern
;;       1  plain    it can be repeated
;;       2  ahead    it looks ahead, and can be repeated where Annex B holds
;;       3  behind   it looks behind, and cannot
(global $GROUP_WHOLE  i32 (i32.const 0))
(global $GROUP_PLAIN  i32 (i32.const 1))
(global $GROUP_AHEAD  i32 (i32.const 2))
(global $GROUP_BEHIND i32 (i32.const 3))

;; Enumeration joint
;;   value  name          meaning
;;       0  first         no operand was read
;;       1  one           one was
;;       2  union         they stand side by side
;;       3  intersection  `&&` is between them
;;       4  difference    `--` is
(global $JOINT_FIRST        i32 (i32.const 0))
(global $JOINT_ONE          i32 (i32.const 1))
(global $JOINT_UNION        i32 (i32.const 2))
(global $JOINT_INTERSECTION i32 (i32.const 3))
(global $JOINT_DIFFERENCE   i32 (i32.const 4))

;; How many bytes one on the stack takes, a group or a class.
(global $OPEN_SIZE i32 (i32.const 12))

;; What an atom of a class is that is no character but a set.
(global $SET i32 (i32.const -1))

;; Bits of the names of properties.
(global $IS_CATEGORY    i32 (i32.const 1))
(global $IS_BINARY      i32 (i32.const 4))
(global $IS_OF_STRINGS  i32 (i32.const 8))
(global $HAS_CATEGORIES i32 (i32.const 16))
(global $HAS_SCRIPTS    i32 (i32.const 32))

(global $pattern_stop   (mut i32) (i32.const 0)) ;; address behind the pattern
(global $is_unicode     (mut i32) (i32.const 0)) ;; whether `u` or `v` is set
(global $is_sets        (mut i32) (i32.const 0)) ;; whether `v` is
(global $group_count    (mut i32) (i32.const 0)) ;; how many groups capture
(global $name_count     (mut i32) (i32.const 0)) ;; how many of them have names
(global $bracket_count  (mut i32) (i32.const 0)) ;; how many groups and classes there are, at most
(global $name_buckets   (mut i32) (i32.const 0)) ;; address of a power of two of addresses
(global $name_mask      (mut i32) (i32.const 0)) ;; how many they are, less one
(global $name_free      (mut i32) (i32.const 0)) ;; where the next name goes
(global $atom           (mut i32) (i32.const 0)) ;; the last character, or `$SET`
(global $has_strings    (mut i32) (i32.const 0)) ;; whether the last set may match strings

;; Refuses the byte at `at`, and gives the end of the pattern.
(func $refuse_pattern (param $code i32) (param $at i32) (result i32)
  (call $refuse_bytes (local.get $code) (local.get $at))
  (global.get $pattern_stop))

;; The byte at `at`, 0 behind the pattern. (No 0 in a pattern means anything but itself.)
(func $pattern_byte! (param $at i32) (result i32)
  (select
    (i32.load8_u (local.get $at))
    (i32.const 0)
    (i32.lt_u (local.get $at) (global.get $pattern_stop))))

(func $is_digit! (param $byte i32) (result i32)
  (i32.le_u (i32.sub (local.get $byte) (i32.const 0x30)) (i32.const 9)))

(func $is_octal! (param $byte i32) (result i32)
  (i32.le_u (i32.sub (local.get $byte) (i32.const 0x30)) (i32.const 7)))

(func $is_letter! (param $byte i32) (result i32)
  (i32.le_u
    (i32.sub (i32.or (local.get $byte) (i32.const 0x20)) (i32.const 0x61))
    (i32.const 25)))

;; Whether `byte`, ASCII, is one of those whose bits are set in two masks, of those from 0 on and of
;; those from 64 on.
(func $is_one_of! (param $byte i32) (param $low i64) (param $high i64) (result i32)
  (i32.and
    (i32.lt_u (local.get $byte) (i32.const 0x80))
    (i32.wrap_i64
      (i64.and
        (i64.shr_u
          (select
            (local.get $low)
            (local.get $high)
            (i32.lt_u (local.get $byte) (i32.const 64)))
          (i64.extend_i32_u (local.get $byte)))
        (i64.const 1)))))

;; One of `^$\.*+?()[]{}|`, or `/`.
(func $is_syntax! (param $byte i32) (result i32)
  (call $is_one_of! (local.get $byte)
    (i64.const 0x8000_cf10_0000_0000)
    (i64.const 0x3800_0000_7800_0000)))

;; Refuses what is no pattern: [at, stop), with the bits of its flags.
(func $check_pattern (param $at i32) (param $stop i32) (param $flags i32)
  (local $stack i32)
  (local $names i32) ;; how many bytes the names take at most
  (global.set $pattern_stop (local.get $stop))
  (global.set $is_sets
    (i32.ne
      (i32.and (local.get $flags) (global.get $UNICODE_SETS))
      (i32.const 0)))
  (global.set $is_unicode
    (i32.ne
      (i32.and
        (local.get $flags)
        (i32.or (global.get $UNICODE) (global.get $UNICODE_SETS)))
      (i32.const 0)))
  (call $count_groups (local.get $at))
  ;; Behind the stack two buckets a name or more, what is noted of each, its text, and room for the
  ;; text of one more.
  (local.set $stack
    (i32.and
      (i32.add (global.get $out) (i32.const 3))
      (i32.const -4)))
  (global.set $name_buckets
    (i32.add
      (local.get $stack)
      (i32.mul
        (i32.add (global.get $bracket_count) (i32.const 1))
        (global.get $OPEN_SIZE))))
  (global.set $name_mask
    (i32.sub
      (i32.shl
        (i32.const 2)
        (i32.sub (i32.const 32) (i32.clz (global.get $name_count))))
      (i32.const 1)))
  (global.set $name_free
    (i32.add
      (global.get $name_buckets)
      (i32.shl
        (i32.add (global.get $name_mask) (i32.const 1))
        (i32.const 2))))
  (local.set $names
    (i32.add
      (i32.shl (global.get $name_count) (i32.const 4))
      (i32.shl (i32.sub (local.get $stop) (local.get $at)) (i32.const 1))))
  (if
    (i32.eqz
      (call $room
        (i32.add
          (i32.add
            (i32.sub (global.get $name_free) (global.get $out))
            (local.get $names))
          (i32.const 32))))
    (then (return)))
  (if (global.get $name_count)
    (then
      (memory.fill
        (global.get $name_buckets)
        (i32.const 0)
        (i32.sub (global.get $name_free) (global.get $name_buckets)))
      (call $note_names (local.get $at))
      (if (global.get $status) (then (return)))))
  (call $parse_pattern (local.get $at) (local.get $stack)))

;; Passes over the class whose bracket is at `at`, as long as groups are only counted.
(func $skip_class (param $at i32) (result i32)
  (local $byte i32)
  (local $depth i32)
  (block $done
    (loop $next_byte
      (br_if $done (i32.ge_u (local.get $at) (global.get $pattern_stop)))
      (local.set $byte (i32.load8_u (local.get $at)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (if (i32.eq (local.get $byte) (i32.const 0x5c)) ;; a backslash
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next_byte)))
      (if (i32.eq (local.get $byte) (i32.const 0x5b)) ;; `[`
        (then
          (local.set $depth
            (select
              (i32.add (local.get $depth) (i32.const 1))
              (i32.const 1)
              (global.get $is_sets)))
          (global.set $bracket_count
            (i32.add (global.get $bracket_count) (i32.const 1)))))
      (if (i32.eq (local.get $byte) (i32.const 0x5d)) ;; `]`
        (then
          (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))
          (br_if $done (i32.eqz (local.get $depth)))))
      (br $next_byte)))
  (local.get $at))

;; Where the next group begins from `at` on, outside of classes; the end where there is none.
(func $next_group (param $at i32) (result i32)
  (local $byte i32)
  (loop $next_byte
    (if (i32.ge_u (local.get $at) (global.get $pattern_stop))
      (then (return (global.get $pattern_stop))))
    (local.set $byte (i32.load8_u (local.get $at)))
    (if (i32.eq (local.get $byte) (i32.const 0x28)) (then (return (local.get $at)))) ;; `(`
    (if (i32.eq (local.get $byte) (i32.const 0x5b)) ;; `[`
      (then
        (local.set $at (call $skip_class (local.get $at)))
        (br $next_byte)))
    (local.set $at
      (i32.add
        (local.get $at)
        (i32.add
          (i32.const 1)
          (i32.eq (local.get $byte) (i32.const 0x5c)))))
    (br $next_byte))
  (unreachable))

;; Whether a name follows in the group at `at`: `(?<`, and neither `=` nor `!`.
(func $has_name! (param $at i32) (result i32)
  (i32.and
    (i32.eq
      (i32.and (i32.load (local.get $at)) (i32.const 0xffffff))
      (i32.const 0x3c3f28))
    (i32.and
      (i32.ne (i32.load8_u offset=3 (local.get $at)) (i32.const 0x3d))
      (i32.ne (i32.load8_u offset=3 (local.get $at)) (i32.const 0x21)))))

;; Counts the groups of a pattern, its names and its brackets.
(func $count_groups (param $at i32)
  (local $is_named i32)
  (global.set $group_count (i32.const 0))
  (global.set $name_count (i32.const 0))
  (global.set $bracket_count (i32.const 0))
  (block $done
    (loop $next
      (local.set $at (call $next_group (local.get $at)))
      (br_if $done (i32.ge_u (local.get $at) (global.get $pattern_stop)))
      (local.set $is_named (call $has_name! (local.get $at)))
      (global.set $bracket_count (i32.add (global.get $bracket_count) (i32.const 1)))
      (global.set $name_count (i32.add (global.get $name_count) (local.get $is_named)))
      (global.set $group_count
        (i32.add
          (global.get $group_count)
          (i32.or
            (local.get $is_named)
            (i32.ne (i32.load8_u offset=1 (local.get $at)) (i32.const 0x3f)))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next))))

;; Notes the names of all groups; refuses what is no name.
(func $note_names (param $at i32)
  (block $done
    (loop $next
      (local.set $at (call $next_group (local.get $at)))
      (br_if $done (i32.ge_u (local.get $at) (global.get $pattern_stop)))
      (if (call $has_name! (local.get $at))
        (then
          (local.set $at (call $read_name (i32.add (local.get $at) (i32.const 3))))
          (if (global.get $status) (then (return)))
          (drop (call $find_name (i32.const 1))))
        (else (local.set $at (i32.add (local.get $at) (i32.const 1)))))
      (br $next))))

;; Reads the name at `at`, which ends with `>`, to where the next name goes; says what is behind it.
;; Its characters may be escapes, also two for the halves of one.
(func $read_name (param $at i32) (result i32)
  (local $start i32)
  (local $text i32)
  (local $to i32)
  (local $stop i32)
  (local $character i32)
  (local $low i32)
  (local.set $start (local.get $at))
  (local.set $text
    (i32.add (global.get $name_free) (global.get $PATTERN_NAME_SIZE)))
  (local.set $to (local.get $text))
  (block $wrong
    (loop $next_character
      (br_if $wrong (i32.ge_u (local.get $at) (global.get $pattern_stop)))
      (local.set $character (call $character (local.get $at)))
      (if (i32.eq (local.get $character) (i32.const 0x3e)) ;; `>`
        (then
          (br_if $wrong (i32.eq (local.get $at) (local.get $start)))
          (i32.store (local.get $to) (i32.const 0))
          (i32.store offset=8 (;LEN;) (global.get $name_free)
            (i32.sub (local.get $to) (local.get $text)))
          (return (i32.add (local.get $at) (i32.const 1)))))
      (local.set $stop
        (i32.add (local.get $at) (call $width_of! (local.get $character))))
      (if (i32.eq (local.get $character) (i32.const 0x5c))
        (then
          (br_if $wrong (i32.ne (i32.load8_u offset=1 (local.get $at)) (i32.const 0x75)))
          (local.set $character
            (call $unicode_escape (i32.add (local.get $at) (i32.const 1))))
          (local.set $stop (global.get $escape_stop))
          (br_if $wrong (i32.lt_s (local.get $character) (i32.const 0)))
          (local.set $low (call $low_half (local.get $character) (local.get $stop)))
          (if (local.get $low)
            (then
              (local.set $character
                (call $joined! (local.get $character) (local.get $low)))
              (local.set $stop (global.get $escape_stop))))))
      (br_if $wrong
        (i32.eqz
          (if (result i32) (i32.eq (local.get $at) (local.get $start))
            (then (call $begins_name (local.get $character)))
            (else (call $continues_name (local.get $character))))))
      (local.set $to
        (call $write_character (local.get $to) (local.get $character) (local.get $text)))
      (local.set $at (local.get $stop))
      (br $next_character)))
  (call $refuse_pattern (global.get $E_PATTERN_GROUP_NAME) (local.get $at)))

;; The low surrogate that four digits behind a `\u` at `at` stand for, where `high` is a high one; 0
;; where there is none. `$escape_stop` is behind it.
(func $low_half (param $high i32) (param $at i32) (result i32)
  (local $low i32)
  (if
    (i32.ne
      (i32.and (local.get $high) (i32.const 0xffff_fc00))
      (i32.const 0xd800))
    (then (return (i32.const 0))))
  (if (i32.ne (i32.load16_u (local.get $at)) (i32.const 0x755c)) (then (return (i32.const 0))))
  (local.set $low (call $hexadecimal (i32.add (local.get $at) (i32.const 2)) (i32.const 4)))
  (if
    (i32.ne
      (i32.and (local.get $low) (i32.const 0xffff_fc00))
      (i32.const 0xdc00))
    (then (return (i32.const 0))))
  (global.set $escape_stop (i32.add (local.get $at) (i32.const 6)))
  (local.get $low))

;; The character of two surrogates: 0x10000 + (high - 0xd800 << 10) + low - 0xdc00
(func $joined! (param $high i32) (param $low i32) (result i32)
  (i32.add
    (i32.shl (local.get $high) (i32.const 10))
    (i32.sub (local.get $low) (i32.const 0x35f_dc00))))

;; The name that was read last among those that were noted, 0 where it is not; then it is noted if
;; `is_new`.
(func $find_name (param $is_new i32) (result i32)
  (local $size i32)
  (local $hash i32)
  (local $at i32)
  (local $stop i32)
  (local $bucket i32)
  (local $name i32)
  (local.set $size (i32.load offset=8 (;LEN;) (global.get $name_free)))
  (local.set $at
    (i32.add (global.get $name_free) (global.get $PATTERN_NAME_SIZE)))
  (local.set $stop (i32.add (local.get $at) (local.get $size)))
  (loop $next_byte
    (local.set $hash
      (i32.mul
        (i32.xor (local.get $hash) (i32.load8_u (local.get $at)))
        (i32.const 0x0100_0193)))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (br_if $next_byte (i32.lt_u (local.get $at) (local.get $stop))))
  (local.set $bucket
    (i32.add
      (global.get $name_buckets)
      (i32.shl
        (i32.and
          (i32.xor
            (local.get $hash)
            (i32.shr_u (local.get $hash) (i32.const 15)))
          (global.get $name_mask))
        (i32.const 2))))
  (local.set $name (i32.load (local.get $bucket)))
  (block $none
    (loop $next_name
      (br_if $none (i32.eqz (local.get $name)))
      (if (i32.eq (i32.load offset=8 (;LEN;) (local.get $name)) (local.get $size))
        (then
          (if
            (call $is_same
              (i32.add (local.get $name) (global.get $PATTERN_NAME_SIZE))
              (i32.add (global.get $name_free) (global.get $PATTERN_NAME_SIZE))
              (local.get $size))
            (then (return (local.get $name))))))
      (local.set $name (i32.load offset=0 (;FOLLOWING;) (local.get $name)))
      (br $next_name)))
  (if (local.get $is_new)
    (then
      (local.set $name (global.get $name_free))
      (i32.store offset=0 (;FOLLOWING;) (local.get $name) (i32.load (local.get $bucket)))
      (i32.store offset=4 (;GROUP;) (local.get $name) (i32.const 0))
      (i32.store (local.get $bucket) (local.get $name))
      (global.set $name_free
        (i32.and (i32.add (local.get $stop) (i32.const 3)) (i32.const -4)))))
  (i32.const 0))

;; Whether the `size` bytes at `a` and at `b` are the same.
(func $is_same (param $a i32) (param $b i32) (param $size i32) (result i32)
  (local $stop i32)
  (local.set $stop (i32.add (local.get $a) (local.get $size)))
  (loop $next_byte
    (if (i32.ge_u (local.get $a) (local.get $stop)) (then (return (i32.const 1))))
    (if (i32.ne (i32.load8_u (local.get $a)) (i32.load8_u (local.get $b)))
      (then (return (i32.const 0))))
    (local.set $a (i32.add (local.get $a) (i32.const 1)))
    (local.set $b (i32.add (local.get $b) (i32.const 1)))
    (br $next_byte))
  (unreachable))

;; ---- Alternatives and terms

;; Parses the pattern from `at` on, with its stack at `stack`.
(func $parse_pattern (param $at i32) (param $stack i32)
  (local $open i32)      ;; the innermost group, or the whole
  (local $byte i32)
  (local $stop i32)       ;; of a quantifier
  (local $can_repeat i32) ;; whether a quantifier may follow
  (local.set $open (local.get $stack))
  (i32.store offset=0 (;OPEN_GROUP.KIND;) (local.get $open) (global.get $GROUP_WHOLE))
  ;; As if there were a bracket.
  (i32.store offset=4 (;OPEN_GROUP.BEGIN;) (local.get $open)
    (i32.sub (local.get $at) (i32.const 1)))
  (i32.store offset=8 (;OPEN_GROUP.BRANCH;) (local.get $open) (local.get $at))
  (block $done
    (loop $next_term
      (br_if $done (i32.ge_u (local.get $at) (global.get $pattern_stop)))
      (local.set $byte (i32.load8_u (local.get $at)))
      (if (i32.eqz (call $is_syntax! (local.get $byte)))
        (then
          (local.set $at
            (i32.add (local.get $at) (call $width_of! (call $character (local.get $at)))))
          (local.set $can_repeat (i32.const 1))
          (br $next_term)))
      (if (i32.eq (local.get $byte) (i32.const 0x7c)) ;; `|`
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (i32.store offset=8 (;OPEN_GROUP.BRANCH;) (local.get $open) (local.get $at))
          (local.set $can_repeat (i32.const 0))
          (br $next_term)))
      (if (i32.eq (local.get $byte) (i32.const 0x28)) ;; `(`
        (then
          (local.set $open (i32.add (local.get $open) (global.get $OPEN_SIZE)))
          (i32.store offset=4 (;OPEN_GROUP.BEGIN;) (local.get $open) (local.get $at))
          (local.set $at (call $open_group (local.get $at) (local.get $open)))
          (i32.store offset=8 (;OPEN_GROUP.BRANCH;) (local.get $open) (local.get $at))
          (local.set $can_repeat (i32.const 0))
          (br $next_term)))
      (if (i32.eq (local.get $byte) (i32.const 0x29)) ;; `)`
        (then
          (if (i32.eq (local.get $open) (local.get $stack))
            (then
              (drop (call $refuse_pattern (global.get $E_PATTERN_GROUP_CLOSE) (local.get $at)))
              (return)))
          (local.set $byte (i32.load offset=0 (;OPEN_GROUP.KIND;) (local.get $open)))
          (local.set $can_repeat
            (i32.or
              (i32.eq (local.get $byte) (global.get $GROUP_PLAIN))
              (i32.and
                (i32.eq (local.get $byte) (global.get $GROUP_AHEAD))
                (i32.eqz (global.get $is_unicode)))))
          (local.set $open (i32.sub (local.get $open) (global.get $OPEN_SIZE)))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next_term)))
      (if
        (i32.or
          (i32.eq (local.get $byte) (i32.const 0x5e)) ;; `^`
          (i32.eq (local.get $byte) (i32.const 0x24))) ;; `$`
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (local.set $can_repeat (i32.const 0))
          (br $next_term)))
      (if (i32.eq (local.get $byte) (i32.const 0x5c)) ;; a backslash
        (then
          (local.set $byte
            (i32.or (i32.load8_u offset=1 (local.get $at)) (i32.const 0x20)))
          ;; `\b` and `\B`
          (local.set $can_repeat (i32.ne (local.get $byte) (i32.const 0x62)))
          (if (local.get $can_repeat)
            (then
              (local.set $at (call $atom_escape (i32.add (local.get $at) (i32.const 1)))))
            (else (local.set $at (i32.add (local.get $at) (i32.const 2)))))
          (br $next_term)))
      (if (i32.eq (local.get $byte) (i32.const 0x5b)) ;; `[`
        (then
          (local.set $at
            (if (result i32) (global.get $is_sets)
              (then
                (call $parse_set
                  (local.get $at)
                  (i32.add (local.get $open) (global.get $OPEN_SIZE))))
              (else (call $parse_class (i32.add (local.get $at) (i32.const 1))))))
          (local.set $can_repeat (i32.const 1))
          (br $next_term)))
      (block $literal
        (br_if $literal (i32.eq (local.get $byte) (i32.const 0x2e))) ;; `.`
        (if
          (i32.or
            (i32.eq (local.get $byte) (i32.const 0x2a)) ;; `*`
            (i32.or
              (i32.eq (local.get $byte) (i32.const 0x2b)) ;; `+`
              (i32.eq (local.get $byte) (i32.const 0x3f)))) ;; `?`
          (then
            (local.set $at
              (call $repeat
                (local.get $at)
                (i32.add (local.get $at) (i32.const 1))
                (local.get $can_repeat)))
            (local.set $can_repeat (i32.const 0))
            (br $next_term)))
        (if (i32.eq (local.get $byte) (i32.const 0x7b)) ;; `{`
          (then
            (local.set $stop (call $braces_stop (local.get $at)))
            (if (local.get $stop)
              (then
                (local.set $at
                  (call $repeat
                    (local.get $at)
                    (local.get $stop)
                    (local.get $can_repeat)))
                (local.set $can_repeat (i32.const 0))
                (br $next_term)))))
        ;; `{`, `}`, `]` stand for themselves only where Annex B holds.
        (if (global.get $is_unicode)
          (then
            (drop (call $refuse_pattern (global.get $E_PATTERN_BRACE) (local.get $at)))
            (return))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (local.set $can_repeat (i32.const 1))
      (br $next_term)))
  (if (global.get $status) (then (return)))
  (if (i32.ne (local.get $open) (local.get $stack))
    (then
      (drop
        (call $refuse_pattern
          (global.get $E_PATTERN_GROUP_OPEN)
          (i32.load offset=4 (;OPEN_GROUP.BEGIN;) (local.get $open)))))))

;; Takes the quantifier [at, stop), and the `?` that may follow it.
(func $repeat (param $at i32) (param $stop i32) (param $can_repeat i32) (result i32)
  (if (i32.eqz (local.get $can_repeat))
    (then
      (return (call $refuse_pattern (global.get $E_PATTERN_QUANTIFIER) (local.get $at)))))
  (i32.add
    (local.get $stop)
    (i32.eq (call $pattern_byte! (local.get $stop)) (i32.const 0x3f))))

;; Where the digits from `at` on end.
(func $digits_stop (param $at i32) (result i32)
  (loop $next_digit
    (if (call $is_digit! (i32.load8_u (local.get $at)))
      (then
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next_digit))))
  (local.get $at))

;; Where the quantifier in braces at `at` ends, 0 where it is none: `{1}`, `{1,}`, `{1,2}`. Refuses
;; one whose first number is greater than the second.
(func $braces_stop (param $at i32) (result i32)
  (local $least i32)
  (local $least_stop i32)
  (local $most i32)
  (local $stop i32)
  (local.set $least (i32.add (local.get $at) (i32.const 1)))
  (local.set $least_stop (call $digits_stop (local.get $least)))
  (if (i32.eq (local.get $least) (local.get $least_stop)) (then (return (i32.const 0))))
  (local.set $stop (local.get $least_stop))
  (if (i32.eq (i32.load8_u (local.get $stop)) (i32.const 0x2c)) ;; `,`
    (then
      (local.set $most (i32.add (local.get $stop) (i32.const 1)))
      (local.set $stop (call $digits_stop (local.get $most)))))
  (if (i32.ne (i32.load8_u (local.get $stop)) (i32.const 0x7d)) ;; `}`
    (then (return (i32.const 0))))
  (if
    (i32.and
      (i32.ne (local.get $most) (i32.const 0))
      (i32.ne (local.get $most) (local.get $stop)))
    (then
      (if
        (call $is_greater
          (local.get $least) (local.get $least_stop)
          (local.get $most) (local.get $stop))
        (then
          (return
            (call $refuse_pattern
              (global.get $E_PATTERN_QUANTIFIER_RANGE)
              (local.get $at)))))))
  (i32.add (local.get $stop) (i32.const 1)))

;; Passes over zeros before the last digit.
(func $skip_zeros! (param $at i32) (param $stop i32) (result i32)
  (block $done
    (loop $next_digit
      (br_if $done (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x30)))
      (br_if $done
        (i32.ge_u (i32.add (local.get $at) (i32.const 1)) (local.get $stop)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next_digit)))
  (local.get $at))

;; Whether the number of the digits [a, a_stop) is greater than that of [b, b_stop).
(func $is_greater
  (param $a i32) (param $a_stop i32) (param $b i32) (param $b_stop i32)
  (result i32)
  (local $digit i32)
  (local $other i32)
  (local.set $a (call $skip_zeros! (local.get $a) (local.get $a_stop)))
  (local.set $b (call $skip_zeros! (local.get $b) (local.get $b_stop)))
  (local.set $digit (i32.sub (local.get $a_stop) (local.get $a)))
  (local.set $other (i32.sub (local.get $b_stop) (local.get $b)))
  (loop $next_digit
    (if (i32.ne (local.get $digit) (local.get $other))
      (then (return (i32.gt_u (local.get $digit) (local.get $other)))))
    (if (i32.ge_u (local.get $a) (local.get $a_stop)) (then (return (i32.const 0))))
    (local.set $digit (i32.load8_u (local.get $a)))
    (local.set $other (i32.load8_u (local.get $b)))
    (local.set $a (i32.add (local.get $a) (i32.const 1)))
    (local.set $b (i32.add (local.get $b) (i32.const 1)))
    (br $next_digit))
  (unreachable))

;; Takes the beginning of the group at `at`, whose kind and place go to `open`.
(func $open_group (param $at i32) (param $open i32) (result i32)
  (local $byte i32)
  (i32.store offset=0 (;OPEN_GROUP.KIND;) (local.get $open) (global.get $GROUP_PLAIN))
  (if (i32.ne (i32.load8_u offset=1 (local.get $at)) (i32.const 0x3f)) ;; `?`
    (then (return (i32.add (local.get $at) (i32.const 1)))))
  (if (call $has_name! (local.get $at))
    (then (return (call $open_named_group (local.get $at) (local.get $open)))))
  (local.set $byte (i32.load8_u offset=2 (local.get $at)))
  (if (i32.eq (local.get $byte) (i32.const 0x3c)) ;; `<`, behind which `=` or `!` is
    (then
      (i32.store offset=0 (;OPEN_GROUP.KIND;) (local.get $open) (global.get $GROUP_BEHIND))
      (return (i32.add (local.get $at) (i32.const 4)))))
  (if
    (i32.or
      (i32.eq (local.get $byte) (i32.const 0x3d)) ;; `=`
      (i32.eq (local.get $byte) (i32.const 0x21))) ;; `!`
    (then
      (i32.store offset=0 (;OPEN_GROUP.KIND;) (local.get $open) (global.get $GROUP_AHEAD))
      (return (i32.add (local.get $at) (i32.const 3)))))
  (call $take_modifiers (i32.add (local.get $at) (i32.const 2))))

;; Takes the modifiers at `at` of a group, up to its colon.
(func $take_modifiers (param $at i32) (result i32)
  (local $start i32)
  (local $byte i32)
  (local $bit i32)
  (local $seen i32)
  (local $minus i32) ;; address of the `-`, 0 before it
  (local.set $start (local.get $at))
  (loop $next
    (local.set $byte (i32.load8_u (local.get $at)))
    (if (i32.eq (local.get $byte) (i32.const 0x3a)) ;; `:`
      (then
        ;; `(?-:` has no modifier.
        (if
          (i32.and
            (i32.eq (local.get $minus) (local.get $start))
            (i32.eq
              (local.get $at)
              (i32.add (local.get $start) (i32.const 1))))
          (then
            (return
              (call $refuse_pattern
                (global.get $E_PATTERN_MODIFIERS_NONE)
                (local.get $start)))))
        (return (i32.add (local.get $at) (i32.const 1)))))
    (if
      (i32.and
        (i32.eq (local.get $byte) (i32.const 0x2d)) ;; `-`
        (i32.eqz (local.get $minus)))
      (then
        (local.set $minus (local.get $at))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    ;; `i`, `m` and `s` have the bits 4, 8 and 16.
    (local.set $bit
      (i32.and (call $flag_bit (local.get $byte)) (i32.const 0x1c)))
    (if
      (i32.and
        (i32.ne (local.get $bit) (i32.const 0))
        (i32.eqz (i32.and (local.get $seen) (local.get $bit))))
      (then
        (local.set $seen (i32.or (local.get $seen) (local.get $bit)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next))))
  (call $refuse_pattern
    (select
      (global.get $E_PATTERN_MODIFIERS)
      (global.get $E_PATTERN_GROUP_KIND)
      (i32.ne (local.get $at) (local.get $start)))
    (local.get $at)))

;; Takes the beginning of the group with a name at `at`, whose place is `open`. Another group may
;; have its name where they are in different alternatives of one disjunction. That is to be asked of
;; the last of them alone: an earlier one that could match together with this group could so with
;; that. Of all disjunctions that are open, the earlier alternatives reach from where each begins to
;; where its present one does; so it is asked whether that group is in one of these ranges.
(func $open_named_group (param $at i32) (param $open i32) (result i32)
  (local $stop i32)
  (local $name i32)
  (local $group i32)
  (local.set $stop (call $read_name (i32.add (local.get $at) (i32.const 3))))
  (if (global.get $status) (then (return (local.get $stop))))
  (local.set $name (call $find_name (i32.const 0)))
  (local.set $group (i32.load offset=4 (;GROUP;) (local.get $name)))
  (i32.store offset=4 (;GROUP;) (local.get $name) (local.get $at))
  (if (local.get $group)
    (then
      ;; The group that begins here is no such disjunction; the whole begins before all groups.
      (loop $next_outer
        (local.set $open (i32.sub (local.get $open) (global.get $OPEN_SIZE)))
        (br_if $next_outer
          (i32.le_u
            (local.get $group)
            (i32.load offset=4 (;OPEN_GROUP.BEGIN;) (local.get $open)))))
      (if
        (i32.ge_u
          (local.get $group)
          (i32.load offset=8 (;OPEN_GROUP.BRANCH;) (local.get $open)))
        (then
          (call $refuse_related
            (global.get $E_PATTERN_GROUP_TWICE)
            (call $offset! (local.get $at))
            (call $offset! (local.get $stop))
            (call $offset! (local.get $group)))
          (return (global.get $pattern_stop))))))
  (local.get $stop))

;; ---- Escapes

;; Takes what is behind a backslash at `at`, outside of classes.
(func $atom_escape (param $at i32) (result i32)
  (local $byte i32)
  (local $stop i32)
  (local.set $byte (i32.load8_u (local.get $at)))
  ;; A reference by number, up to which there are groups; where Annex B holds, it may be octal.
  (if (i32.le_u (i32.sub (local.get $byte) (i32.const 0x31)) (i32.const 8))
    (then
      (local.set $stop (call $digits_stop (local.get $at)))
      (if (call $is_group_number (local.get $at) (local.get $stop))
        (then (return (local.get $stop))))
      (if (global.get $is_unicode)
        (then
          (return
            (call $refuse_pattern (global.get $E_PATTERN_REFERENCE) (local.get $at)))))))
  (if
    (i32.and
      (i32.eq (local.get $byte) (i32.const 0x6b)) ;; `k`
      (i32.or
        (global.get $is_unicode)
        (i32.ne (global.get $name_count) (i32.const 0))))
    (then
      (return (call $name_reference (i32.add (local.get $at) (i32.const 1))))))
  (call $character_escape (local.get $at) (i32.const 0)))

;; Whether there is a group with the number of the digits [at, stop).
(func $is_group_number (param $at i32) (param $stop i32) (result i32)
  (local $number i32)
  (loop $next_digit
    (local.set $number
      (i32.add
        (i32.mul (local.get $number) (i32.const 10))
        (i32.sub (i32.load8_u (local.get $at)) (i32.const 0x30))))
    ;; There are fewer than 2^26, so that none overflows.
    (if (i32.gt_u (local.get $number) (global.get $group_count))
      (then (return (i32.const 0))))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (br_if $next_digit (i32.lt_u (local.get $at) (local.get $stop))))
  (i32.const 1))

;; Takes the name in `<>` at `at`, which one of the groups must have.
(func $name_reference (param $at i32) (result i32)
  (local $stop i32)
  (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x3c))
    (then
      (return
        (call $refuse_pattern (global.get $E_PATTERN_REFERENCE_OPEN) (local.get $at)))))
  ;; Where there are no names, there are no buckets.
  (if (i32.eqz (global.get $name_count))
    (then
      (return
        (call $refuse_pattern (global.get $E_PATTERN_REFERENCE_NAME) (local.get $at)))))
  (local.set $stop (call $read_name (i32.add (local.get $at) (i32.const 1))))
  (if (global.get $status) (then (return (local.get $stop))))
  (if (i32.eqz (call $find_name (i32.const 0)))
    (then
      (return
        (call $refuse_pattern (global.get $E_PATTERN_REFERENCE_NAME) (local.get $at)))))
  (local.get $stop))

;; Takes what is behind a backslash at `at`: a class, or one character, which `$atom` is then. What
;; is special outside of classes is no matter here.
(func $character_escape (param $at i32) (param $in_class i32) (result i32)
  (local $byte i32)
  (local $next i32)
  (local $value i32)
  (local.set $byte (i32.load8_u (local.get $at)))
  (local.set $next (i32.load8_u offset=1 (local.get $at)))
  (global.set $has_strings (i32.const 0))
  ;; `d`, `s` and `w`, large or small
  (if
    (call $is_one_of!
      (i32.or (local.get $byte) (i32.const 0x20))
      (i64.const 0)
      (i64.const 0x0088_0010_0000_0000))
    (then
      (if (call $is_letter! (local.get $byte))
        (then
          (global.set $atom (global.get $SET))
          (return (i32.add (local.get $at) (i32.const 1)))))))
  (if
    (i32.and
      (i32.eq (i32.or (local.get $byte) (i32.const 0x20)) (i32.const 0x70)) ;; `p`, `P`
      (i32.and (global.get $is_unicode) (call $is_letter! (local.get $byte))))
    (then
      (global.set $atom (global.get $SET))
      (return (call $take_property (local.get $at)))))
  (if (i32.eq (local.get $byte) (i32.const 0x63)) ;; `c`
    (then (return (call $control_escape (local.get $at) (local.get $in_class)))))
  (if (i32.eq (local.get $byte) (i32.const 0x78)) ;; `x`
    (then
      (local.set $value
        (call $hexadecimal (i32.add (local.get $at) (i32.const 1)) (i32.const 2)))
      (if (i32.ge_s (local.get $value) (i32.const 0))
        (then
          (global.set $atom (local.get $value))
          (return (i32.add (local.get $at) (i32.const 3)))))
      (if (global.get $is_unicode)
        (then
          (return
            (call $refuse_pattern (global.get $E_ESCAPE_HEXADECIMAL) (local.get $at)))))))
  (if (i32.eq (local.get $byte) (i32.const 0x75)) ;; `u`
    (then (return (call $unicode_atom (local.get $at)))))
  (if (call $is_digit! (local.get $byte))
    (then
      (if (global.get $is_unicode)
        (then
          (if
            (i32.or
              (i32.ne (local.get $byte) (i32.const 0x30))
              (call $is_digit! (local.get $next)))
            (then
              (return
                (call $refuse_pattern (global.get $E_PATTERN_ESCAPE) (local.get $at)))))))
      (if (call $is_octal! (local.get $byte))
        (then
          (global.set $atom (call $escape_value (local.get $at)))
          (return (global.get $escape_stop))))))
  (local.set $value (call $character (local.get $at)))
  (if (global.get $is_unicode)
    (then
      (if
        (i32.eqz
          (i32.or
            (call $is_syntax! (local.get $byte))
            ;; `f`, `n`, `r`, `t`, `v`
            (call $is_one_of! (local.get $byte)
              (i64.const 0)
              (i64.const 0x0054_4040_0000_0000))))
        (then
          (return (call $refuse_pattern (global.get $E_PATTERN_ESCAPE) (local.get $at)))))))
  ;; Where there are names, `\k` is a reference, which no class has.
  (if
    (i32.and
      (i32.eq (local.get $byte) (i32.const 0x6b))
      (i32.ne (global.get $name_count) (i32.const 0)))
    (then (return (call $refuse_pattern (global.get $E_PATTERN_ESCAPE) (local.get $at)))))
  (global.set $atom (call $control_character (local.get $value)))
  (i32.add (local.get $at) (call $width_of! (local.get $value))))

;; What `f`, `n`, `r`, `t` or `v` stands for behind a backslash; other characters stand for
;; themselves.
(func $control_character (param $character i32) (result i32)
  (if (i32.eq (local.get $character) (i32.const 0x66)) (then (return (i32.const 0x0c))))
  (if (i32.eq (local.get $character) (i32.const 0x6e)) (then (return (i32.const 0x0a))))
  (if (i32.eq (local.get $character) (i32.const 0x72)) (then (return (i32.const 0x0d))))
  (if (i32.eq (local.get $character) (i32.const 0x74)) (then (return (i32.const 0x09))))
  (if (i32.eq (local.get $character) (i32.const 0x76)) (then (return (i32.const 0x0b))))
  (local.get $character))

;; Takes `c` at `at` and the letter behind it; where Annex B holds, a digit or `_` in a class, or
;; nothing at all: then the backslash stands for itself.
(func $control_escape (param $at i32) (param $in_class i32) (result i32)
  (local $next i32)
  (local.set $next (i32.load8_u offset=1 (local.get $at)))
  (if
    (i32.or
      (call $is_letter! (local.get $next))
      (i32.and
        (i32.and (local.get $in_class) (i32.eqz (global.get $is_unicode)))
        (i32.or
          (call $is_digit! (local.get $next))
          (i32.eq (local.get $next) (i32.const 0x5f)))))
    (then
      (global.set $atom (i32.and (local.get $next) (i32.const 0x1f)))
      (return (i32.add (local.get $at) (i32.const 2)))))
  (if (global.get $is_unicode)
    (then (return (call $refuse_pattern (global.get $E_PATTERN_ESCAPE) (local.get $at)))))
  (global.set $atom (i32.const 0x5c))
  (local.get $at))

;; Takes `u` at `at` and the digits behind it. Without `u` and `v` there are no braces, no two
;; escapes are one character, and `u` stands for itself where there are no digits.
(func $unicode_atom (param $at i32) (result i32)
  (local $value i32)
  (local $low i32)
  (if (i32.eqz (global.get $is_unicode))
    (then
      (global.set $atom
        (call $hexadecimal (i32.add (local.get $at) (i32.const 1)) (i32.const 4)))
      (if (i32.ge_s (global.get $atom) (i32.const 0))
        (then (return (i32.add (local.get $at) (i32.const 5)))))
      (global.set $atom (i32.const 0x75))
      (return (i32.add (local.get $at) (i32.const 1)))))
  (local.set $value (call $unicode_escape (local.get $at)))
  (if (i32.lt_s (local.get $value) (i32.const 0))
    (then (return (call $refuse_pattern (global.get $escape_error) (local.get $at)))))
  ;; Halves in braces are not joined.
  (if (i32.ne (i32.load8_u offset=1 (local.get $at)) (i32.const 0x7b))
    (then
      (local.set $low (call $low_half (local.get $value) (global.get $escape_stop)))
      (if (local.get $low)
        (then
          (local.set $value (call $joined! (local.get $value) (local.get $low)))))))
  (global.set $atom (local.get $value))
  (global.get $escape_stop))

;; ---- Properties

;; What the property [at, stop) is: bits, 0 for none.
(func $property_bits (param $at i32) (param $stop i32) (result i32)
  (local $size i32)
  (local $byte i32)
  (local $hash i32)
  (local $place i32)
  (local.set $size (i32.sub (local.get $stop) (local.get $at)))
  (local.set $byte (local.get $at))
  (block $hashed
    (loop $next_byte
      (br_if $hashed (i32.ge_u (local.get $byte) (local.get $stop)))
      (local.set $hash
        (i32.add
          (i32.mul (local.get $hash) (i32.const 31))
          (i32.load8_u (local.get $byte))))
      (local.set $byte (i32.add (local.get $byte) (i32.const 1)))
      (br $next_byte)))
  (loop $next_slot
    (local.set $hash (i32.and (local.get $hash) (i32.const 1023)))
    (local.set $place
      (i32.load16_u offset=16384 (;PROPERTIES;)
        (i32.shl (local.get $hash) (i32.const 1))))
    (if (i32.eqz (local.get $place)) (then (return (i32.const 0))))
    (local.set $place
      (i32.add (local.get $place) (i32.const 18432 (;PROPERTIES+2048;))))
    (if (i32.eq (i32.load8_u (local.get $place)) (local.get $size))
      (then
        (if
          (call $is_same
            (i32.add (local.get $place) (i32.const 2))
            (local.get $at)
            (local.get $size))
          (then (return (i32.load8_u offset=1 (local.get $place)))))))
    (local.set $hash (i32.add (local.get $hash) (i32.const 1)))
    (br $next_slot))
  (unreachable))

;; Where the letters, digits and `_` from `at` on end.
(func $property_stop (param $at i32) (result i32)
  (local $byte i32)
  (loop $next_byte
    (local.set $byte (i32.load8_u (local.get $at)))
    (if
      (i32.or
        (i32.or
          (call $is_letter! (local.get $byte))
          (call $is_digit! (local.get $byte)))
        (i32.eq (local.get $byte) (i32.const 0x5f)))
      (then
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next_byte))))
  (local.get $at))

;; Takes the `p` or `P` at `at` and the property in braces behind it.
(func $take_property (param $at i32) (result i32)
  (local $start i32)
  (local $stop i32)
  (local $bits i32)
  (local $wanted i32) ;; the bit that the value must have, 0 where there is none
  (local $code i32)
  (local.set $start (i32.add (local.get $at) (i32.const 2)))
  (local.set $code (global.get $E_PATTERN_PROPERTY_OPEN))
  (block $wrong
    (br_if $wrong (i32.ne (i32.load8_u offset=1 (local.get $at)) (i32.const 0x7b)))
    (local.set $code (global.get $E_PATTERN_PROPERTY))
    (local.set $stop (call $property_stop (local.get $start)))
    (local.set $bits (call $property_bits (local.get $start) (local.get $stop)))
    (if (i32.eq (i32.load8_u (local.get $stop)) (i32.const 0x3d)) ;; `=`
      (then
        (local.set $wanted
          (i32.shr_u
            (i32.and
              (local.get $bits)
              (i32.or
                (global.get $HAS_CATEGORIES)
                (global.get $HAS_SCRIPTS)))
            (i32.const 4)))
        (br_if $wrong (i32.eqz (local.get $wanted)))
        (local.set $code (global.get $E_PATTERN_PROPERTY_VALUE))
        (local.set $start (i32.add (local.get $stop) (i32.const 1)))
        (local.set $stop (call $property_stop (local.get $start)))
        (local.set $bits (call $property_bits (local.get $start) (local.get $stop)))
        (br_if $wrong
          (i32.eqz (i32.and (local.get $bits) (local.get $wanted)))))
      (else
        (br_if $wrong
          (i32.eqz
            (i32.and
              (local.get $bits)
              (i32.or
                (i32.or
                  (global.get $IS_CATEGORY)
                  (global.get $IS_BINARY))
                (global.get $IS_OF_STRINGS)))))
        (if (i32.and (local.get $bits) (global.get $IS_OF_STRINGS))
          (then
            (local.set $code (global.get $E_PATTERN_PROPERTY_STRINGS))
            ;; `\P`
            (br_if $wrong
              (i32.or
                (i32.eqz (global.get $is_sets))
                (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x50))))
            (global.set $has_strings (i32.const 1))))))
    (local.set $code (global.get $E_PATTERN_PROPERTY))
    (br_if $wrong (i32.ne (i32.load8_u (local.get $stop)) (i32.const 0x7d)))
    (return (i32.add (local.get $stop) (i32.const 1))))
  (call $refuse_pattern (local.get $code) (local.get $at)))

;; ---- Classes

;; Takes an atom of a class at `at`, which is not its end; `$atom` is what it is.
(func $class_atom (param $at i32) (result i32)
  (local $byte i32)
  (local.set $byte (i32.load8_u (local.get $at)))
  (if (i32.ne (local.get $byte) (i32.const 0x5c))
    (then
      (global.set $atom (call $character (local.get $at)))
      (return (i32.add (local.get $at) (call $width_of! (global.get $atom))))))
  (local.set $at (i32.add (local.get $at) (i32.const 1)))
  (local.set $byte (i32.load8_u (local.get $at)))
  (if (i32.eq (local.get $byte) (i32.const 0x62)) ;; `b`
    (then
      (global.set $atom (i32.const 0x08))
      (return (i32.add (local.get $at) (i32.const 1)))))
  (if
    (i32.and
      (i32.eq (local.get $byte) (i32.const 0x2d)) ;; `-`
      (global.get $is_unicode))
    (then
      (global.set $atom (i32.const 0x2d))
      (return (i32.add (local.get $at) (i32.const 1)))))
  (call $character_escape (local.get $at) (i32.const 1)))

;; Takes the class without set notation whose bracket is before `at`. Without `u` a character over
;; U+FFFF is two, the halves of which may each be an end of a range.
(func $parse_class (param $at i32) (result i32)
  (local $start i32)
  (local $first i32) ;; the atom before a `-`
  (local $from i32)  ;; where it begins
  (local.set $start (local.get $at))
  (local.set $at
    (i32.add
      (local.get $at)
      (i32.eq (call $pattern_byte! (local.get $at)) (i32.const 0x5e))))
  (loop $next_atom
    (if (i32.ge_u (local.get $at) (global.get $pattern_stop))
      (then
        (return
          (call $refuse_pattern
            (global.get $E_PATTERN_CLASS_OPEN)
            (i32.sub (local.get $start) (i32.const 1))))))
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x5d)) ;; `]`
      (then (return (i32.add (local.get $at) (i32.const 1)))))
    (local.set $from (local.get $at))
    (local.set $at (call $class_atom (local.get $at)))
    (if (global.get $status) (then (return (global.get $pattern_stop))))
    (local.set $first (call $half (i32.const 0)))
    ;; A `-` before the end stands for itself.
    (br_if $next_atom (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x2d)))
    (br_if $next_atom (i32.eq (i32.load8_u offset=1 (local.get $at)) (i32.const 0x5d)))
    (br_if $next_atom
      (i32.ge_u
        (i32.add (local.get $at) (i32.const 1))
        (global.get $pattern_stop)))
    (local.set $at (call $class_atom (i32.add (local.get $at) (i32.const 1))))
    (if (global.get $status) (then (return (global.get $pattern_stop))))
    (if
      (i32.or
        (i32.eq (local.get $first) (global.get $SET))
        (i32.eq (global.get $atom) (global.get $SET)))
      (then
        (br_if $next_atom (i32.eqz (global.get $is_unicode)))
        (return
          (call $refuse_pattern (global.get $E_PATTERN_CLASS_SET) (local.get $from)))))
    (br_if $next_atom (i32.le_u (local.get $first) (call $half (i32.const 1)))))
  (call $refuse_pattern (global.get $E_PATTERN_CLASS_RANGE) (local.get $from)))

;; The last atom as an end of a range: where it is over U+FFFF and there is no `u`, the half that is
;; next to the `-`, which is the high one where the atom is behind it.
(func $half (param $is_behind i32) (result i32)
  (local $rest i32)
  (if
    (i32.or
      (global.get $is_unicode)
      (i32.or
        (i32.lt_u (global.get $atom) (i32.const 0x1_0000))
        (i32.eq (global.get $atom) (global.get $SET))))
    (then (return (global.get $atom))))
  (local.set $rest (i32.sub (global.get $atom) (i32.const 0x1_0000)))
  (select
    (i32.add (i32.const 0xd800) (i32.shr_u (local.get $rest) (i32.const 10)))
    (i32.add (i32.const 0xdc00) (i32.and (local.get $rest) (i32.const 0x3ff)))
    (local.get $is_behind)))

;; ---- Set notation

;; One of `&!#$%*+,.:;<=>?@^` and the backquote and `~`, which mean something when doubled.
(func $is_double! (param $byte i32) (result i32)
  (call $is_one_of! (local.get $byte)
    (i64.const 0xfc00_5c7a_0000_0000)
    (i64.const 0x4000_0001_4000_0001)))

;; One of `&-!#%,:;<=>@` and the backquote and `~`, which may have a backslash.
(func $is_set_punctuator! (param $byte i32) (result i32)
  (call $is_one_of! (local.get $byte)
    (i64.const 0x7c00_306a_0000_0000)
    (i64.const 0x4000_0001_0000_0001)))

;; One of `()[]{}/-|`, which need a backslash.
(func $is_set_syntax! (param $byte i32) (result i32)
  (call $is_one_of! (local.get $byte)
    (i64.const 0x0000_a300_0000_0000)
    (i64.const 0x3800_0000_2800_0000)))

;; Takes a character of a set at `at`, or a class behind a backslash.
(func $set_atom (param $at i32) (result i32)
  (local $byte i32)
  (global.set $has_strings (i32.const 0))
  (local.set $byte (i32.load8_u (local.get $at)))
  (if (i32.eq (local.get $byte) (i32.const 0x5c))
    (then
      (if (call $is_set_punctuator! (i32.load8_u offset=1 (local.get $at)))
        (then
          (global.set $atom (i32.load8_u offset=1 (local.get $at)))
          (return (i32.add (local.get $at) (i32.const 2)))))
      (return (call $class_atom (local.get $at)))))
  (if
    (i32.or
      (call $is_set_syntax! (local.get $byte))
      (i32.and
        (call $is_double! (local.get $byte))
        (i32.eq (i32.load8_u offset=1 (local.get $at)) (local.get $byte))))
    (then
      (return
        (call $refuse_pattern (global.get $E_PATTERN_CLASS_CHARACTER) (local.get $at)))))
  (call $class_atom (local.get $at)))

;; Takes the strings of `\q{…}` at `at`: whether one of them is not of one character is
;; `$has_strings`.
(func $set_strings (param $at i32) (result i32)
  (local $byte i32)
  (local $count i32)   ;; of characters
  (local $strings i32)
  (local.set $at (i32.add (local.get $at) (i32.const 3)))
  (loop $next
    (if (i32.ge_u (local.get $at) (global.get $pattern_stop))
      (then
        (return (call $refuse_pattern (global.get $E_PATTERN_CLASS_OPEN) (local.get $at)))))
    (local.set $byte (i32.load8_u (local.get $at)))
    (if
      (i32.or
        (i32.eq (local.get $byte) (i32.const 0x7c)) ;; `|`
        (i32.eq (local.get $byte) (i32.const 0x7d))) ;; `}`
      (then
        (local.set $strings
          (i32.or (local.get $strings) (i32.ne (local.get $count) (i32.const 1))))
        (local.set $count (i32.const 0))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br_if $next (i32.eq (local.get $byte) (i32.const 0x7c)))
        (global.set $atom (global.get $SET))
        (global.set $has_strings (local.get $strings))
        (return (local.get $at))))
    (local.set $byte (local.get $at))
    (local.set $at (call $set_atom (local.get $at)))
    (if (global.get $status) (then (return (global.get $pattern_stop))))
    (local.set $count (i32.add (local.get $count) (i32.const 1)))
    (br_if $next (i32.ne (global.get $atom) (global.get $SET)))
    ;; No class is a character of a string.
    (return
      (call $refuse_pattern (global.get $E_PATTERN_CLASS_CHARACTER) (local.get $byte))))
  (unreachable))

;; Takes the class in set notation whose bracket is at `at`; what is open of it and within it is on
;; the stack from `open` on.
(func $parse_set (param $at i32) (param $open i32) (result i32)
  (local $bottom i32)
  (local $byte i32)
  (local $joint i32) ;; how the operand that comes next is joined to the ones before
  (local $first i32) ;; the first end of a range
  (local.set $bottom (local.get $open))
  (local.set $open (i32.sub (local.get $open) (global.get $OPEN_SIZE)))
  (loop $open_next
    (local.set $open (i32.add (local.get $open) (global.get $OPEN_SIZE)))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (local.set $byte
      (i32.eq (call $pattern_byte! (local.get $at)) (i32.const 0x5e)))
    (local.set $at (i32.add (local.get $at) (local.get $byte)))
    (i32.store offset=0 (;NEGATED;) (local.get $open) (local.get $byte))
    (i32.store offset=4 (;STRINGS;) (local.get $open) (i32.const 0))
    (i32.store offset=8 (;JOINED;) (local.get $open) (global.get $JOINT_FIRST))
    (loop $next_operand
      (if (i32.ge_u (local.get $at) (global.get $pattern_stop))
        (then
          (return
            (call $refuse_pattern (global.get $E_PATTERN_CLASS_OPEN) (local.get $at)))))
      (local.set $joint (i32.load offset=8 (;JOINED;) (local.get $open)))
      (local.set $byte (i32.load8_u (local.get $at)))
      (if (i32.eq (local.get $byte) (i32.const 0x5d)) ;; `]`
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (global.set $has_strings (i32.load offset=4 (;STRINGS;) (local.get $open)))
          (if (i32.load offset=0 (;NEGATED;) (local.get $open))
            (then
              (if (global.get $has_strings)
                (then
                  (return
                    (call $refuse_pattern
                      (global.get $E_PATTERN_CLASS_STRINGS)
                      (i32.sub (local.get $at) (i32.const 1))))))))
          (if (i32.eq (local.get $open) (local.get $bottom))
            (then (return (local.get $at))))
          ;; It is an operand of the one around it, whose joint is there.
          (local.set $open (i32.sub (local.get $open) (global.get $OPEN_SIZE)))
          (global.set $atom (global.get $SET))
          (call $join_operand (local.get $open))
          (br $next_operand)))
      (local.set $byte (i32.load16_u (local.get $at)))
      (if
        (i32.or
          (i32.eq (local.get $byte) (i32.const 0x2626)) ;; `&&`
          (i32.eq (local.get $byte) (i32.const 0x2d2d))) ;; `--`
        (then
          (local.set $at (call $take_joint (local.get $at) (local.get $open)))
          (br_if $open_next (i32.eq (call $pattern_byte! (local.get $at)) (i32.const 0x5b)))
          (local.set $at (call $joined_operand (local.get $at)))
          (if (global.get $status) (then (return (global.get $pattern_stop))))
          (call $join_operand (local.get $open))
          (br $next_operand)))
      ;; Side by side: not with an operator.
      (if (i32.ge_u (local.get $joint) (global.get $JOINT_INTERSECTION))
        (then
          (return
            (call $refuse_pattern (global.get $E_PATTERN_CLASS_OPERATOR) (local.get $at)))))
      (i32.store offset=8 (;JOINED;) (local.get $open)
        (select
          (global.get $JOINT_UNION)
          (global.get $JOINT_ONE)
          (local.get $joint)))
      (br_if $open_next (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x5b)))
      (local.set $at (call $joined_operand (local.get $at)))
      (if (global.get $status) (then (return (global.get $pattern_stop))))
      (local.set $first (global.get $atom))
      (if
        (i32.and
          (i32.eq (call $pattern_byte! (local.get $at)) (i32.const 0x2d)) ;; `-`
          (i32.ne (i32.load8_u offset=1 (local.get $at)) (i32.const 0x2d)))
        (then
          (local.set $byte (local.get $at))
          (local.set $at (call $set_atom (i32.add (local.get $at) (i32.const 1))))
          (if (global.get $status) (then (return (global.get $pattern_stop))))
          (if
            (i32.or
              (i32.eq (local.get $first) (global.get $SET))
              (i32.eq (global.get $atom) (global.get $SET)))
            (then
              (return
                (call $refuse_pattern (global.get $E_PATTERN_CLASS_SET) (local.get $byte)))))
          (if (i32.gt_u (local.get $first) (global.get $atom))
            (then
              (return
                (call $refuse_pattern
                  (global.get $E_PATTERN_CLASS_RANGE)
                  (local.get $byte)))))
          ;; A range is no operand of an operator.
          (i32.store offset=8 (;JOINED;) (local.get $open) (global.get $JOINT_UNION))))
      (call $join_operand (local.get $open))
      (br $next_operand)))
  (unreachable))

;; An operand that is no class in brackets: `\q{…}`, a class behind a backslash, or a character.
(func $joined_operand (param $at i32) (result i32)
  (if
    (i32.eq
      (i32.and (i32.load (local.get $at)) (i32.const 0xffffff))
      (i32.const 0x7b715c)) ;; `\q{`
    (then (return (call $set_strings (local.get $at)))))
  (if (i32.ge_u (local.get $at) (global.get $pattern_stop))
    (then
      (return
        (call $refuse_pattern (global.get $E_PATTERN_CLASS_OPERAND) (local.get $at)))))
  (call $set_atom (local.get $at)))

;; Takes `&&` or `--` at `at` for the class `open`, which has an operand and no other operator.
(func $take_joint (param $at i32) (param $open i32) (result i32)
  (local $joint i32)
  (local $joined i32)
  (local.set $joined (i32.load offset=8 (;JOINED;) (local.get $open)))
  (local.set $joint
    (select
      (global.get $JOINT_INTERSECTION)
      (global.get $JOINT_DIFFERENCE)
      (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x26))))
  (if (i32.eqz (local.get $joined))
    (then
      (return (call $refuse_pattern (global.get $E_PATTERN_CLASS_OPERAND) (local.get $at)))))
  (if
    (i32.and
      (i32.ne (local.get $joined) (global.get $JOINT_ONE))
      (i32.ne (local.get $joined) (local.get $joint)))
    (then
      (return
        (call $refuse_pattern (global.get $E_PATTERN_CLASS_OPERATOR) (local.get $at)))))
  (i32.store offset=8 (;JOINED;) (local.get $open) (local.get $joint))
  ;; `&&&` is nothing.
  (if
    (i32.and
      (i32.eq (local.get $joint) (global.get $JOINT_INTERSECTION))
      (i32.eq (i32.load8_u offset=2 (local.get $at)) (i32.const 0x26)))
    (then
      (return
        (call $refuse_pattern (global.get $E_PATTERN_CLASS_CHARACTER) (local.get $at)))))
  (i32.add (local.get $at) (i32.const 2)))

;; Notes whether a class may match strings with one more operand, which is the last set: in a union
;; if one operand may, in an intersection if all may, in a difference if the first may.
(func $join_operand (param $open i32)
  (local $joined i32)
  (local $strings i32)
  (local.set $joined (i32.load offset=8 (;JOINED;) (local.get $open)))
  (local.set $strings (i32.load offset=4 (;STRINGS;) (local.get $open)))
  (if (i32.le_u (local.get $joined) (global.get $JOINT_UNION))
    (then
      (local.set $strings (i32.or (local.get $strings) (global.get $has_strings)))))
  (if (i32.eq (local.get $joined) (global.get $JOINT_INTERSECTION))
    (then
      (local.set $strings (i32.and (local.get $strings) (global.get $has_strings)))))
  (i32.store offset=4 (;STRINGS;) (local.get $open) (local.get $strings)))
