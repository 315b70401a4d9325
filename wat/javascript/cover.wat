;; Expressions that turn out to be patterns, or something that is assigned to.

;; How many things have been read since the function began that only patterns may have (`{a = 1}`, a
;; second `__proto__`), and have not become part of one. There must be none where it ends. Whatever
;; becomes a pattern visits what it is made of, and takes those that it has off the count.
(global $open_covers   (mut i32) (i32.const 0))
(global $open_cover_at (mut i32) (i32.const 0)) ;; the record of the last one

;; A property that sets `__proto__` for a second time, until its object turns out to be a pattern.
(global $F_PROTO_TWICE i32 (i32.const 128))

;; What `$byte_behind` looks for, and what it passes over.
(global $COMMA_BYTE  i32 (i32.const 0x2c))
(global $PAREN_BYTE  i32 (i32.const 0x29))
(global $LINE_OPEN   i32 (i32.const 0x2f2f))     ;; //
(global $BLOCK_OPEN  i32 (i32.const 0x2a2f))     ;; /*
(global $BLOCK_CLOSE i32 (i32.const 0x2f2a))     ;; */
(global $HTML_OPEN   i32 (i32.const 0x213c))     ;; <!--, as far as it matters
(global $HTML_CLOSE  i32 (i32.const 0x2d2d))     ;; -->
(global $SEPARATOR   i32 (i32.const 0x00a880e2)) ;; LS, and PS but for a bit

;; Notes that the last record is fine in a pattern only.
(func $open_cover
  (global.set $open_cover_at (global.get $node))
  (global.set $open_covers (i32.add (global.get $open_covers) (i32.const 1))))

(func $close_cover!
  (global.set $open_covers (i32.sub (global.get $open_covers) (i32.const 1))))

;; Refuses what should have become a pattern and has not.
(func $check_covers
  (if (global.get $open_covers)
    (then
      (call $refuse_record
        (select
          (global.get $E_PROTO_TWICE) (global.get $E_SHORTHAND_INITIALIZER)
          (i32.eq (call $kind_of! (global.get $open_cover_at)) (global.get $K_PROPERTY)))
        (global.get $open_cover_at)))))

;; A record becomes the left side of `=`.
(func $make_target (param $ref i32)
  (local $kind i32)
  (local.set $kind (call $kind_of! (local.get $ref)))
  (if
    (i32.or
      (i32.eq (local.get $kind) (global.get $K_ARRAY_EXPRESSION))
      (i32.eq (local.get $kind) (global.get $K_OBJECT_EXPRESSION)))
    (then (call $make_patterns (local.get $ref) (i32.const 0)))
    (else (call $make_simple_target (local.get $ref) (global.get $E_ASSIGNMENT_TARGET)))))

;; A record becomes the left side of an operator that takes no pattern.
(func $make_simple_target (param $ref i32) (param $code i32)
  (local $kind i32)
  (local.set $kind (call $kind_of! (local.get $ref)))
  (call $drop_flag! (local.get $ref) (global.get $F_PARENTHESIZED))
  (if (i32.eq (local.get $kind) (global.get $K_MEMBER_EXPRESSION)) (then (return)))
  (if (i32.eq (local.get $kind) (global.get $K_IDENTIFIER))
    (then
      (if (call $has! (global.get $C_STRICT)) (then (call $check_target_name (local.get $ref))))
      (return)))
  (if (i32.eq (local.get $kind) (global.get $K_CHAIN_EXPRESSION))
    (then (local.set $code (global.get $E_OPTIONAL_TARGET))))
  (call $refuse_record (local.get $code) (local.get $ref)))

;; Strict code assigns and declares neither `eval` nor `arguments`.
(func $check_target_name (param $ref i32)
  (local $word i32)
  (local.set $word (call $name_kind (local.get $ref)))
  (if
    (i32.or
      (i32.eq (local.get $word) (global.get $T_EVAL))
      (i32.eq (local.get $word) (global.get $T_ARGUMENTS)))
    (then (call $refuse_record (global.get $E_EVAL_ARGUMENTS_TARGET) (local.get $ref)))))

;; What strict code has as no name of a function or of its parameters.
(func $check_strict_name (param $ref i32)
  (local $word i32)
  (call $check_target_name (local.get $ref))
  (local.set $word (call $name_kind (local.get $ref)))
  (if
    (i32.le_u
      (i32.sub (local.get $word) (global.get $T_STATIC))
      (i32.sub (global.get $T_ESCAPED_YIELD) (global.get $T_STATIC)))
    (then (call $refuse_record (global.get $E_RESERVED_WORD_STRICT) (local.get $ref)))))

;; Whether a kind is that of arrays, as expressions or patterns, or of objects.
(func $is_array! (param $kind i32) (result i32)
  (i32.or
    (i32.eq (local.get $kind) (global.get $K_ARRAY_EXPRESSION))
    (i32.eq (local.get $kind) (global.get $K_ARRAY_PATTERN))))

(func $is_object! (param $kind i32) (result i32)
  (i32.or
    (i32.eq (local.get $kind) (global.get $K_OBJECT_EXPRESSION))
    (i32.eq (local.get $kind) (global.get $K_OBJECT_PATTERN))))

;; A list of expressions becomes patterns, in place: parameters, which are declared, where
;; `is_binding`, otherwise what is assigned to. Lists within lists wait above the frames: they were
;; no deeper when they were read.
(func $make_patterns (param $next i32) (param $is_binding i32)
  (local $ref i32)     ;; the record that is visited
  (local $kind i32)
  (local $level i32)   ;; address of what waits
  (local $is_old i32)  ;; the list was a pattern before: an assignment's, that becomes a default
  (local $is_object i32)
  (local $was_assigned i32) ;; the record is the left side of an assignment
  (local.set $level (global.get $frame))
  (loop $next_record
    (if (i32.eqz (local.get $next))
      (then
        (if (i32.eq (local.get $level) (global.get $frame)) (then (return)))
        (local.set $next (i32.load (local.get $level)))
        (local.set $is_old (i32.load offset=4 (local.get $level)))
        (local.set $is_object (i32.load offset=8 (local.get $level)))
        (local.set $level (i32.sub (local.get $level) (global.get $FRAME_SIZE)))
        (br $next_record)))
    (local.set $ref (local.get $next))
    (local.set $next (call $link_of! (local.get $ref)))
    (local.set $was_assigned (local.get $is_old))
    (block $visited
      (loop $visit
        (local.set $kind (call $kind_of! (local.get $ref)))
        (if (i32.eq (local.get $kind) (global.get $K_IDENTIFIER))
          (then
            (if (local.get $is_binding)
              (then (call $bind (local.get $ref) (local.get $was_assigned)))
              (else
                (call $make_simple_target
                  (local.get $ref) (global.get $E_DESTRUCTURING_TARGET))))
            (br $visited)))
        (if (i32.eq (local.get $kind) (global.get $K_HOLE)) (then (br $visited)))
        (if (i32.eq (local.get $kind) (global.get $K_PROPERTY))
          (then
            (local.set $ref (call $property_target (local.get $ref) (local.get $is_old)))
            (br_if $visit (local.get $ref))
            (return)))
        (if
          (i32.or
            (i32.eq (local.get $kind) (global.get $K_SPREAD_ELEMENT))
            (i32.eq (local.get $kind) (global.get $K_REST_ELEMENT)))
          (then
            (if (local.get $next)
              (then
                (call $refuse_record (global.get $E_REST_LAST) (local.get $ref))
                (return)))
            (local.set $ref (call $rest_target (local.get $ref) (local.get $is_object)))
            (br_if $visit (local.get $ref))
            (return)))
        (if
          (i32.and
            (call $is_bare! (local.get $ref) (global.get $K_ASSIGNMENT_EXPRESSION))
            (i32.eq (call $data_of! (local.get $ref)) (global.get $O_ASSIGN)))
          (then
            ;; Its left side is a target by now, which need not be one that can be bound.
            (i32.store16 offset=2 (;DATA;) (call $record! (local.get $ref)) (i32.const 0))
            (call $set_kind! (local.get $ref) (global.get $K_ASSIGNMENT_PATTERN))
            (br_if $visited (i32.eqz (local.get $is_binding)))
            (local.set $was_assigned (i32.const 1))
            (local.set $ref (call $one_of! (local.get $ref)))
            (br $visit)))
        (if (i32.eq (local.get $kind) (global.get $K_ASSIGNMENT_PATTERN))
          (then
            (local.set $ref (call $one_of! (local.get $ref)))
            (br $visit)))
        (if (i32.or (call $is_array! (local.get $kind)) (call $is_object! (local.get $kind)))
          (then
            (if
              (i32.and (call $flags_of! (local.get $ref)) (global.get $F_PARENTHESIZED))
              (then
                (call $refuse_record (global.get $E_PATTERN_PARENTHESIZED) (local.get $ref))
                (return)))
            (local.set $level (i32.add (local.get $level) (global.get $FRAME_SIZE)))
            (i32.store (local.get $level) (local.get $next))
            (i32.store offset=4 (local.get $level) (local.get $is_old))
            (i32.store offset=8 (local.get $level) (local.get $is_object))
            (local.set $is_old
              (i32.or
                (i32.eq (local.get $kind) (global.get $K_OBJECT_PATTERN))
                (i32.eq (local.get $kind) (global.get $K_ARRAY_PATTERN))))
            (local.set $is_object (call $is_object! (local.get $kind)))
            (call $set_kind! (local.get $ref)
              (select
                (global.get $K_OBJECT_PATTERN) (global.get $K_ARRAY_PATTERN)
                (local.get $is_object)))
            (local.set $next (call $one_of! (local.get $ref)))
            (br $visited)))
        (if (local.get $is_binding)
          (then (call $refuse_record (global.get $E_ARROW_PARAMETERS) (local.get $ref)))
          (else
            (call $make_simple_target (local.get $ref) (global.get $E_DESTRUCTURING_TARGET))))))
    (br $next_record)))

;; What a property's value is bound to; 0 where the property is refused.
(func $property_target (param $ref i32) (param $is_old i32) (result i32)
  (local $value i32)
  (local.set $value (call $two_of! (local.get $ref)))
  (if
    (i32.or
      (i32.and (call $flags_of! (local.get $ref)) (global.get $F_METHOD))
      (call $data_of! (local.get $ref)))
    (then
      (call $refuse_record (global.get $E_DESTRUCTURING_TARGET) (local.get $ref))
      (return (i32.const 0))))
  (if (i32.and (call $flags_of! (local.get $ref)) (global.get $F_PROTO_TWICE))
    (then
      (call $drop_flag! (local.get $ref) (global.get $F_PROTO_TWICE))
      (call $close_cover!)))
  (if (i32.eqz (local.get $is_old))
    (then
      (if (i32.eq (call $kind_of! (local.get $value)) (global.get $K_ASSIGNMENT_PATTERN))
        (then (call $close_cover!)))))
  (local.get $value))

;; What a rest element is bound to; 0 where it is refused.
(func $rest_target (param $ref i32) (param $is_object i32) (result i32)
  (local $argument i32)
  (local $kind i32)
  (local.set $argument (call $one_of! (local.get $ref)))
  (local.set $kind (call $kind_of! (local.get $argument)))
  (if (i32.eq (call $kind_of! (local.get $ref)) (global.get $K_SPREAD_ELEMENT))
    (then
      (call $set_kind! (local.get $ref) (global.get $K_REST_ELEMENT))
      (if
        (i32.eq
          (call $byte_behind (call $stop_of! (local.get $ref)))
          (global.get $COMMA_BYTE))
        (then
          (call $refuse_record (global.get $E_REST_COMMA) (local.get $ref))
          (return (i32.const 0))))))
  (if
    (i32.or
      (i32.eq (local.get $kind) (global.get $K_ASSIGNMENT_EXPRESSION))
      (i32.eq (local.get $kind) (global.get $K_ASSIGNMENT_PATTERN)))
    (then
      (call $refuse_record (global.get $E_REST_INITIALIZER) (local.get $argument))
      (return (i32.const 0))))
  (if (local.get $is_object)
    (then
      (if
        (i32.eqz
          (i32.or
            (i32.eq (local.get $kind) (global.get $K_IDENTIFIER))
            (i32.eq (local.get $kind) (global.get $K_MEMBER_EXPRESSION))))
        (then
          (call $refuse_record (global.get $E_REST_OBJECT) (local.get $argument))
          (return (i32.const 0))))))
  (local.get $argument))

;; A name becomes a parameter. What was assigned to has lost its flag of parentheses: the text has
;; them.
(func $bind (param $ref i32) (param $was_assigned i32)
  (if (i32.and (call $flags_of! (local.get $ref)) (global.get $F_PARENTHESIZED))
    (then (call $refuse_record (global.get $E_PATTERN_PARENTHESIZED) (local.get $ref))))
  (if (local.get $was_assigned)
    (then
      (if
        (i32.eq
          (call $byte_behind (call $stop_of! (local.get $ref)))
          (global.get $PAREN_BYTE))
        (then (call $refuse_record (global.get $E_PATTERN_PARENTHESIZED) (local.get $ref))))))
  (if (call $has! (global.get $C_STRICT)) (then (call $check_target_name (local.get $ref))))
  (call $declare (local.get $ref) (global.get $SORT_PARAMETER)))

;; The first byte of the token behind an offset: white space and comments are passed over, which are
;; all that can stand there but punctuators.
(func $byte_behind (param $offset i32) (result i32)
  (local $ptr i32)
  (local $byte i32)
  (local.set $ptr (i32.add (global.get $source) (local.get $offset)))
  (loop $next_byte
    (local.set $byte (i32.load8_u (local.get $ptr)))
    (if (i32.eqz (local.get $byte)) (then (return (i32.const 0))))
    ;; Of what is not ASCII only white space can stand here.
    (if
      (i32.or
        (i32.le_u (local.get $byte) (i32.const 0x20))
        (i32.ge_u (local.get $byte) (i32.const 0x80)))
      (then
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (br $next_byte)))
    (if
      (i32.eq (i32.load16_u (local.get $ptr)) (global.get $BLOCK_OPEN))
      (then
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 2)))
        (loop $next_of_comment
          (if
            (i32.ne (i32.load16_u (local.get $ptr)) (global.get $BLOCK_CLOSE))
            (then
              (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
              (br_if $next_of_comment
                (i32.lt_u (local.get $ptr) (global.get $source_stop))))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 2)))
        (br $next_byte)))
    (if
      (i32.or
        (i32.eq (i32.load16_u (local.get $ptr)) (global.get $LINE_OPEN))
        (i32.or
          (i32.eq (i32.load16_u (local.get $ptr)) (global.get $HTML_OPEN))
          (i32.eq (i32.load16_u (local.get $ptr)) (global.get $HTML_CLOSE))))
      (then
        (loop $next_of_line
          (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
          (local.set $byte (i32.load8_u (local.get $ptr)))
          (br_if $next_of_line
            (i32.eqz
              (i32.or
                (i32.or
                  (i32.eqz (local.get $byte))
                  (i32.or
                    (i32.eq (local.get $byte) (i32.const 0x0a))
                    (i32.eq (local.get $byte) (i32.const 0x0d))))
                (i32.eq
                  (i32.and (i32.load (local.get $ptr)) (i32.const 0x00feffff))
                  (global.get $SEPARATOR))))))
        (br $next_byte))))
  (local.get $byte))
