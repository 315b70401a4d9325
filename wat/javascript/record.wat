;; Records: what the tree is made of.

;; Layout record
;;   offset  size  field  meaning
;;        0     1  kind   u8
;;        1     1  flags  u8
;;        2     2  data   u16
;;        4     4  from   offset where it begins
;;        8     4  until  offset behind its end
;;       12     4  link   the next record of its list, or 0
;;       16     4  one    its fields
;;       20     4  two
;;       24     4  three
;;       28     4  four

;; A record's address.
(func $record! (param $ref i32) (result i32)
  (i32.add (global.get $tree) (i32.shl (local.get $ref) (i32.const 2))))

(func $next_link! (param $ref i32) (result i32)
  (i32.add (call $record! (local.get $ref)) (i32.const 12 (;LINK;))))

(func $kind_of! (param $ref i32) (result i32)
  (i32.load8_u (call $record! (local.get $ref))))

(func $flags_of! (param $ref i32) (result i32)
  (i32.load8_u offset=1 (;FLAGS;) (call $record! (local.get $ref))))

(func $data_of! (param $ref i32) (result i32)
  (i32.load16_u offset=2 (;DATA;) (call $record! (local.get $ref))))

(func $start_of! (param $ref i32) (result i32)
  (i32.load offset=4 (;FROM;) (call $record! (local.get $ref))))

(func $stop_of! (param $ref i32) (result i32)
  (i32.load offset=8 (;UNTIL;) (call $record! (local.get $ref))))

(func $link_of! (param $ref i32) (result i32)
  (i32.load offset=12 (;LINK;) (call $record! (local.get $ref))))

(func $one_of! (param $ref i32) (result i32)
  (i32.load offset=16 (;ONE;) (call $record! (local.get $ref))))

(func $two_of! (param $ref i32) (result i32)
  (i32.load offset=20 (;TWO;) (call $record! (local.get $ref))))

(func $set_kind! (param $ref i32) (param $kind i32)
  (i32.store8 (call $record! (local.get $ref)) (local.get $kind)))

(func $set_flags! (param $ref i32) (param $flags i32)
  (i32.store8 offset=1 (;FLAGS;) (call $record! (local.get $ref)) (local.get $flags)))

(func $add_flag! (param $ref i32) (param $flag i32)
  (call $set_flags! (local.get $ref)
    (i32.or (call $flags_of! (local.get $ref)) (local.get $flag))))

(func $drop_flag! (param $ref i32) (param $flag i32)
  (call $set_flags! (local.get $ref)
    (i32.and (call $flags_of! (local.get $ref)) (i32.xor (local.get $flag) (i32.const -1)))))

;; Whether the record is of that kind and stands in no parentheses.
(func $is_bare! (param $ref i32) (param $kind i32) (result i32)
  (i32.eq
    (i32.and
      (i32.load16_u (call $record! (local.get $ref)))
      (i32.or (i32.shl (global.get $F_PARENTHESIZED) (i32.const 8)) (i32.const 0xff)))
    (local.get $kind)))

;; The first word of a record.
(func $head_of! (param $kind i32) (param $flags i32) (param $data i32) (result i32)
  (i32.or
    (local.get $kind)
    (i32.or
      (i32.shl (local.get $flags) (i32.const 8))
      (i32.shl (local.get $data) (i32.const 16)))))

;; Whether that many bytes more can be written; refuses to go on where they cannot.
(func $room (param $bytes i32) (result i32)
  (if (global.get $status) (then (return (i32.const 0))))
  (if
    (i32.or
      (i32.gt_u (global.get $out) (global.get $names))
      (i32.gt_u
        (local.get $bytes)
        (i32.sub (i32.sub (global.get $names) (global.get $out)) (global.get $STEP_ROOM))))
    (then
      (call $refuse_with
        (global.get $OUTPUT_TOO_SMALL) (i32.const 0) (i32.const 0) (i32.const 0)
        (i32.const 0) (i32.const 0))
      (return (i32.const 0))))
  (i32.const 1))

;; Writes what every record has, and makes it the last one.
(func $emit_at! (param $head i32) (param $start i32) (param $stop i32)
  (i32.store (global.get $out) (local.get $head))
  (i32.store offset=4 (;FROM;) (global.get $out) (local.get $start))
  (i32.store offset=8 (;UNTIL;) (global.get $out) (local.get $stop))
  (i32.store offset=12 (;LINK;) (global.get $out) (i32.const 0))
  (global.set $node
    (i32.shr_u (i32.sub (global.get $out) (global.get $tree)) (i32.const 2)))
  (global.set $node_start (local.get $start))
  (global.set $records (i32.add (global.get $records) (i32.const 1))))

;; A record without fields that ends with the last token taken.
(func $emit_0! (param $head i32) (param $start i32)
  (call $emit_at! (local.get $head) (local.get $start) (global.get $last_stop))
  (global.set $out (i32.add (global.get $out) (i32.const 16))))

;; Records with fields that end with the last token taken.
(func $emit_1! (param $head i32) (param $start i32) (param $one i32)
  (i32.store offset=16 (;ONE;) (global.get $out) (local.get $one))
  (call $emit_at! (local.get $head) (local.get $start) (global.get $last_stop))
  (global.set $out (i32.add (global.get $out) (i32.const 20))))

(func $emit_2! (param $head i32) (param $start i32) (param $one i32) (param $two i32)
  (i32.store offset=16 (;ONE;) (global.get $out) (local.get $one))
  (i32.store offset=20 (;TWO;) (global.get $out) (local.get $two))
  (call $emit_at! (local.get $head) (local.get $start) (global.get $last_stop))
  (global.set $out (i32.add (global.get $out) (i32.const 24))))

(func $emit_3!
  (param $head i32) (param $start i32) (param $one i32) (param $two i32) (param $three i32)
  (i32.store offset=16 (;ONE;) (global.get $out) (local.get $one))
  (i32.store offset=20 (;TWO;) (global.get $out) (local.get $two))
  (i32.store offset=24 (;THREE;) (global.get $out) (local.get $three))
  (call $emit_at! (local.get $head) (local.get $start) (global.get $last_stop))
  (global.set $out (i32.add (global.get $out) (i32.const 28))))

(func $emit_4!
  (param $head i32) (param $start i32)
  (param $one i32) (param $two i32) (param $three i32) (param $four i32)
  (i32.store offset=16 (;ONE;) (global.get $out) (local.get $one))
  (i32.store offset=20 (;TWO;) (global.get $out) (local.get $two))
  (i32.store offset=24 (;THREE;) (global.get $out) (local.get $three))
  (i32.store offset=28 (;FOUR;) (global.get $out) (local.get $four))
  (call $emit_at! (local.get $head) (local.get $start) (global.get $last_stop))
  (global.set $out (i32.add (global.get $out) (i32.const 32))))

;; Takes the token at hand as a record without fields: its comments first, then the record.
(func $take_leaf! (param $head i32)
  (if
    (i32.and
      (global.get $token_traits)
      (i32.or
        (global.get $TRAIT_COMMENT)
        (i32.or (global.get $TRAIT_ESCAPED) (global.get $TRAIT_OCTAL))))
    (then (call $take_uncommon_leaf (local.get $head)))
    (else
      (call $emit_at! (local.get $head) (global.get $token_start) (global.get $token_stop))
      (global.set $out (i32.add (global.get $out) (i32.const 16)))))
  (call $scan_token))

;; A leaf with comments before it, with cooked text behind it, or with octal digits.
(func $take_uncommon_leaf (param $head i32)
  (local $ref i32)
  (if (i32.and (global.get $token_traits) (global.get $TRAIT_OCTAL))
    (then
      (global.set $header_bits (i32.or (global.get $header_bits) (global.get $HEADER_OCTAL)))
      (if (call $has! (global.get $C_STRICT))
        (then
          (call $refuse_token
            (select (global.get $E_NUMBER_OCTAL_STRICT) (global.get $E_ESCAPE_OCTAL_STRICT)
              (call $peek! (global.get $T_NUMBER))))))))
  (if (i32.and (global.get $token_traits) (global.get $TRAIT_COMMENT))
    (then (call $emit_comments)))
  (call $emit_at! (local.get $head) (global.get $token_start) (global.get $token_stop))
  (global.set $out (i32.add (global.get $out) (i32.const 16)))
  (if (i32.and (global.get $token_traits) (global.get $TRAIT_ESCAPED))
    (then
      (local.set $ref (global.get $node))
      (call $add_flag! (local.get $ref) (global.get $F_COOKED))
      (global.set $header_bits (i32.or (global.get $header_bits) (global.get $HEADER_ESCAPES)))
      (call $emit_cooked
        (global.get $token_start) (global.get $token_stop)
        (i32.and (local.get $head) (i32.const 0xff))))))

;; A name whose token has been taken already, because only the one behind it told that it is one.
(func $emit_name (param $start i32) (param $stop i32) (param $traits i32)
  (call $emit_at! (global.get $K_IDENTIFIER) (local.get $start) (local.get $stop))
  (global.set $out (i32.add (global.get $out) (i32.const 16)))
  (if (i32.and (local.get $traits) (global.get $TRAIT_ESCAPED))
    (then
      (call $add_flag! (global.get $node) (global.get $F_COOKED))
      (global.set $header_bits (i32.or (global.get $header_bits) (global.get $HEADER_ESCAPES)))
      (call $emit_cooked
        (local.get $start) (local.get $stop) (global.get $K_IDENTIFIER)))))
