;; ---- Names

;; What is declared, labels, private names of classes and exports are entries of one hash table.
;; They stand on a stack that grows down from the end of the room for the tree, between the frames
;; of the scopes that are open; so an entry is newer than a scope just where its address is lower.
;; In a bucket the newest is first.
;;
;; A scope that ends takes its entries out of their buckets. A `var` is declared in the function
;; around it, but was seen by each scope on the way there, where nothing else may have its name:
;; what tells is that its entry is newer than the scope. Where the same `var` stands again in a
;; newer scope, a new entry takes the place of the old one.

;; Layout open_scope
;;   offset  size  field      meaning
;;        0     4  outer      address of the scope around it, 0 for none
;;        4     4  entries    address of its newest entry, 0 for none
;;        8     4  var_scope  `$var_scope` outside
;;       12     2  sort       of the enumeration `scope`
;;       14     2  keeps      whether entries of the function around are among its own

;; Layout entry
;;   offset  size  field  meaning
;;        0     4  ref    the record of the name
;;        4     4  tag    bits 0 to 7: of the enumeration `sort`; the others: a hash
;;        8     4  next   address of the next entry in the bucket, 0 for none
;;       12     4  list   address of the next entry of its scope or class, of the label around, or 0

;; Layout class_scope
;;   offset  size  field    meaning
;;        0     4  outside  address of the class around it, 0 for none
;;        4     4  members  address of its newest entry, 0 for none
;;        8     4  begin    no record within it is below
;;       12     4  unused   nothing

;; Layout bucket
;;   offset  size  field    meaning
;;        0     4  newest   address of its newest entry, 0 for none
;;        4     4  pending  the last private name that is used and that no class has declared so
;;                          far, 0 for none; its record is linked to the one before it

(global $BUCKET_SIZE     i32 (i32.const 8))
(global $OPEN_SCOPE_SIZE i32 (i32.const 16))
(global $ENTRY_SIZE i32 (i32.const 16))

;; Enumeration scope
;;   value  name      meaning
;;       0  block     a block, a loop or a `catch`
;;       1  function  a function or a static block: each `var` of it ends up there
;;       2  program   all of the text
(global $SCOPE_BLOCK    i32 (i32.const 0))
(global $SCOPE_FUNCTION i32 (i32.const 1))
(global $SCOPE_PROGRAM  i32 (i32.const 2))

;; Enumeration sort
;;   value  name             meaning
;;       0  var              a `var`, or a function where it is like one
;;       1  lexical          `let`, `const`, a class, an import, and functions but for the next
;;       2  sloppy_function  a function in a block of sloppy code, which may stand there twice
;;       3  catch_pattern    a name in the pattern of a `catch`
;;       4  parameter        of a function
;;       5  catch_name       of a `catch`, where it is but a name: a `var` may have it
;;       6  dead             a `var` that a newer entry is for
;;       8  label            of a statement
;;       9  continued        of a statement that a `continue` goes on with
;;      16  private          a private name, or one with both of its accessors
;;      18  getter           a private getter; its setter differs in bit 0
;;      19  setter           a private setter
;;      20  static_getter    a static one
;;      21  static_setter    a static one
;;      24  export           what is exported
;;      25  default          what is exported as `default`, by another name or none
(global $SORT_VAR             i32 (i32.const 0))
(global $SORT_LEXICAL         i32 (i32.const 1))
(global $SORT_SLOPPY_FUNCTION i32 (i32.const 2))
(global $SORT_CATCH_PATTERN   i32 (i32.const 3))
(global $SORT_PARAMETER       i32 (i32.const 4))
(global $SORT_CATCH_NAME      i32 (i32.const 5))
(global $SORT_DEAD            i32 (i32.const 6))
(global $SORT_LABEL           i32 (i32.const 8))
(global $SORT_CONTINUED       i32 (i32.const 9))
(global $SORT_PRIVATE         i32 (i32.const 16))
(global $SORT_GETTER          i32 (i32.const 18))
(global $SORT_SETTER          i32 (i32.const 19))
(global $SORT_STATIC_GETTER   i32 (i32.const 20))
(global $SORT_STATIC_SETTER   i32 (i32.const 21))
(global $SORT_EXPORT          i32 (i32.const 24))
(global $SORT_DEFAULT         i32 (i32.const 25))

;; The bits in which the sorts of names that exclude each other differ.
(global $ALIKE i32 (i32.const 7))

(global $scope     (mut i32) (i32.const 0)) ;; address of the innermost scope
(global $var_scope (mut i32) (i32.const 0)) ;; of the innermost one where each `var` ends up
(global $label     (mut i32) (i32.const 0)) ;; of the entry of the innermost label, 0 for none
(global $class     (mut i32) (i32.const 0)) ;; of the innermost class, 0 for none
(global $pending   (mut i32) (i32.const 0)) ;; how many private names are in the buckets
(global $is_loop   (mut i32) (i32.const 0)) ;; whether the last statement with a label is a loop
;; The last record of a name that is exported and should be declared, linked to others.
(global $local_exports (mut i32) (i32.const 0))

;; The name `default`.
(data (i32.const 3360 (;DEFAULT_NAME;)) "default\00")
(global $DEFAULT_LEN i32 (i32.const 7))

;; ---- What a name is

(global $text     (mut i32) (i32.const 0)) ;; address of the bytes of a name
(global $text_len (mut i32) (i32.const 0))

;; Finds the text of an Identifier, PrivateIdentifier (without its `#`) or StringLiteral.
(func $locate (param $ref i32)
  (local $record i32)
  (local $kind i32)
  (local.set $record (call $record! (local.get $ref)))
  (if (i32.and (call $flags_of! (local.get $ref)) (global.get $F_COOKED))
    (then
      (global.set $text_len (i32.load offset=16 (local.get $record)))
      (global.set $text (i32.add (local.get $record) (i32.const 20)))
      (return)))
  (local.set $kind (call $kind_of! (local.get $ref)))
  (global.set $text (i32.add (global.get $source) (call $start_of! (local.get $ref))))
  (global.set $text_len
    (i32.sub (call $stop_of! (local.get $ref)) (call $start_of! (local.get $ref))))
  (if (i32.ne (local.get $kind) (global.get $K_IDENTIFIER))
    (then
      (global.set $text
        (i32.add
          (global.get $text)
          (i32.or
            (i32.eq (local.get $kind) (global.get $K_PRIVATE_IDENTIFIER))
            (i32.eq (local.get $kind) (global.get $K_STRING_LITERAL)))))
      (global.set $text_len
        (i32.sub
          (i32.sub
            (global.get $text_len)
            (i32.eq (local.get $kind) (global.get $K_PRIVATE_IDENTIFIER)))
          (i32.shl
            (i32.eq (local.get $kind) (global.get $K_STRING_LITERAL))
            (i32.const 1)))))))

;; The eight bytes at `at`, of which only the first `len` count.
(func $some_bytes! (param $at i32) (param $len i32) (result i64)
  (local $bytes i64)
  (local.set $bytes (i64.load (local.get $at)))
  (if (i32.lt_u (local.get $len) (i32.const 8))
    (then
      (local.set $bytes
        (i64.and
          (local.get $bytes)
          (i64.xor
            (i64.shl
              (i64.const -1)
              (i64.extend_i32_u (i32.shl (local.get $len) (i32.const 3))))
            (i64.const -1))))))
  (local.get $bytes))

;; The tag of an entry of the sort `sort` with the name that was located.
(func $tag_of (param $sort i32) (result i32)
  (local $at i32)
  (local $left i32)
  (local $hash i64)
  (local.set $at (global.get $text))
  (local.set $left (global.get $text_len))
  (local.set $hash (i64.extend_i32_u (local.get $left)))
  (loop $next_bytes
    ;; hash = (hash ^ bytes) * odd, and its upper half goes into the lower
    (local.set $hash
      (i64.mul
        (i64.xor
          (local.get $hash)
          (call $some_bytes! (local.get $at) (local.get $left)))
        (i64.const 0x9e37_79b9_7f4a_7c15)))
    (local.set $hash
      (i64.xor (local.get $hash) (i64.shr_u (local.get $hash) (i64.const 32))))
    (local.set $at (i32.add (local.get $at) (i32.const 8)))
    (local.set $left (i32.sub (local.get $left) (i32.const 8)))
    (br_if $next_bytes (i32.gt_s (local.get $left) (i32.const 0))))
  (i32.or
    (i32.and (i32.wrap_i64 (local.get $hash)) (i32.const 0xffff_ff00))
    (local.get $sort)))

;; Address of the bucket of a tag.
(func $bucket_of! (param $tag i32) (result i32)
  (i32.add
    (global.get $buckets)
    (i32.mul
      (i32.and
        (i32.shr_u (local.get $tag) (i32.const 8))
        (global.get $bucket_mask))
      (global.get $BUCKET_SIZE))))

(func $sort_of! (param $entry i32) (result i32)
  (i32.load8_u offset=4 (;TAG;) (local.get $entry)))

(func $set_sort! (param $entry i32) (param $sort i32)
  (i32.store8 offset=4 (;TAG;) (local.get $entry) (local.get $sort)))

(func $ref_of! (param $entry i32) (result i32)
  (i32.load offset=0 (;REF;) (local.get $entry)))

;; Whether the name that was located is [text, text+len).
(func $is_text (param $text i32) (param $len i32) (result i32)
  (local $at i32)
  (if (i32.ne (local.get $len) (global.get $text_len)) (then (return (i32.const 0))))
  (local.set $at (global.get $text))
  (loop $next_bytes
    (if
      (i64.ne
        (call $some_bytes! (local.get $at) (local.get $len))
        (call $some_bytes! (local.get $text) (local.get $len)))
      (then (return (i32.const 0))))
    (local.set $at (i32.add (local.get $at) (i32.const 8)))
    (local.set $text (i32.add (local.get $text) (i32.const 8)))
    (local.set $len (i32.sub (local.get $len) (i32.const 8)))
    (br_if $next_bytes (i32.gt_s (local.get $len) (i32.const 0))))
  (i32.const 1))

;; Whether the name of an entry is the one that was located.
(func $is_name_of (param $entry i32) (result i32)
  (local $text i32)
  (local $len i32)
  (local $is_same i32)
  (if (i32.eq (call $sort_of! (local.get $entry)) (global.get $SORT_DEFAULT))
    (then
      (return
        (call $is_text (i32.const 3360 (;DEFAULT_NAME;)) (global.get $DEFAULT_LEN)))))
  (local.set $text (global.get $text))
  (local.set $len (global.get $text_len))
  (call $locate (call $ref_of! (local.get $entry)))
  (local.set $is_same (call $is_text (local.get $text) (local.get $len)))
  (global.set $text (local.get $text))
  (global.set $text_len (local.get $len))
  (local.get $is_same))

;; The first entry from `entry` on in its bucket that is newer than `limit`, of the name that was
;; located and of the kind of the tag; 0 for none.
(func $find_from (param $entry i32) (param $tag i32) (param $limit i32) (result i32)
  (block $none
    (loop $next_entry
      ;; That there is none is the lowest of all addresses.
      (br_if $none (i32.ge_u (local.get $entry) (local.get $limit)))
      (br_if $none (i32.eqz (local.get $entry)))
      (if
        (i32.eqz
          (i32.and
            (i32.xor
              (i32.load offset=4 (;TAG;) (local.get $entry))
              (local.get $tag))
            (i32.xor (global.get $ALIKE) (i32.const -1))))
        (then
          (if (call $is_name_of (local.get $entry)) (then (return (local.get $entry))))))
      (local.set $entry (i32.load offset=8 (;NEXT;) (local.get $entry)))
      (br $next_entry)))
  (i32.const 0))

(func $find! (param $tag i32) (param $limit i32) (result i32)
  (call $find_from
    (i32.load (call $bucket_of! (local.get $tag)))
    (local.get $tag)
    (local.get $limit)))

;; Room for 16 bytes more on the stack; 0 where there is none, which is refused.
(func $push_names! (result i32)
  (local $is_room i32)
  (local.set $is_room (call $room (i32.const 16)))
  (if (local.get $is_room)
    (then
      (call $set_names!
        (i32.sub (global.get $names) (i32.const 16)))))
  (local.get $is_room))

;; Moves the end of the stack, and with it what steps may write up to.
(func $set_names! (param $names i32)
  (global.set $names (local.get $names))
  (global.set $out_limit (i32.sub (local.get $names) (global.get $STEP_ROOM))))

;; Puts a new entry in front of its bucket; its list goes on with `list`. Gives its address, 0 where
;; there is no room.
(func $enter (param $ref i32) (param $tag i32) (param $list i32) (result i32)
  (local $bucket i32)
  (if (i32.eqz (call $push_names!)) (then (return (i32.const 0))))
  (local.set $bucket (call $bucket_of! (local.get $tag)))
  (i32.store offset=0 (;REF;) (global.get $names) (local.get $ref))
  (i32.store offset=4 (;TAG;) (global.get $names) (local.get $tag))
  (i32.store offset=8 (;NEXT;) (global.get $names) (i32.load (local.get $bucket)))
  (i32.store offset=12 (;LIST;) (global.get $names) (local.get $list))
  (i32.store (local.get $bucket) (global.get $names))
  (global.get $names))

;; Takes an entry out of its bucket.
(func $unlink (param $entry i32)
  (local $link i32) ;; address of what points to it
  (local.set $link (call $bucket_of! (i32.load offset=4 (;TAG;) (local.get $entry))))
  (loop $next_link
    (if (i32.ne (i32.load (local.get $link)) (local.get $entry))
      (then
        (local.set $link
          (i32.add (i32.load (local.get $link)) (i32.const 8 (;NEXT;))))
        (br $next_link))))
  (i32.store (local.get $link) (i32.load offset=8 (;NEXT;) (local.get $entry))))

;; Refuses a name because of the entry that there is.
(func $refuse_double (param $code i32) (param $ref i32) (param $entry i32)
  (call $refuse_related
    (local.get $code)
    (call $start_of! (local.get $ref))
    (call $stop_of! (local.get $ref))
    (call $start_of! (call $ref_of! (local.get $entry)))))

;; ---- Scopes

;; Begins a scope.
(func $open_scope (param $sort i32)
  (if (global.get $status) (then (return)))
  (if (i32.eq (local.get $sort) (global.get $SCOPE_PROGRAM))
    (then
      (global.set $scope (i32.const 0))
      (global.set $var_scope (i32.const 0))
      (global.set $label (i32.const 0))
      (global.set $class (i32.const 0))
      (global.set $pending (i32.const 0))
      (global.set $local_exports (i32.const 0))))
  (if (i32.eqz (call $push_names!)) (then (return)))
  (i32.store offset=0 (;OUTER;) (global.get $names) (global.get $scope))
  (i32.store offset=4 (;ENTRIES;) (global.get $names) (i32.const 0))
  (i32.store offset=8 (;VAR_SCOPE;) (global.get $names) (global.get $var_scope))
  (i32.store16 offset=12 (;SORT;) (global.get $names) (local.get $sort))
  (i32.store16 offset=14 (;KEEPS;) (global.get $names) (i32.const 0))
  (global.set $scope (global.get $names))
  (if (local.get $sort) (then (global.set $var_scope (global.get $names)))))

;; Ends the innermost scope.
(func $close_scope
  (local $scope i32)
  (local $entry i32)
  (local $outer i32)
  (local $sort i32)
  (if (global.get $status) (then (return)))
  (local.set $scope (global.get $scope))
  (local.set $outer (i32.load offset=0 (;OUTER;) (local.get $scope)))
  (local.set $sort (i32.load16_u offset=12 (;SORT;) (local.get $scope)))
  (local.set $entry (i32.load offset=4 (;ENTRIES;) (local.get $scope)))
  (global.set $scope (local.get $outer))
  (global.set $var_scope (i32.load offset=8 (;VAR_SCOPE;) (local.get $scope)))
  (if (i32.eqz (local.get $sort))
    (then
      (block $done
        (loop $next_entry
          (br_if $done (i32.eqz (local.get $entry)))
          (call $unlink (local.get $entry))
          (local.set $entry (i32.load offset=12 (;LIST;) (local.get $entry)))
          (br $next_entry)))
      ;; What belongs to the function around stays, and with it all that is older.
      (if (i32.load16_u offset=14 (;KEEPS;) (local.get $scope))
        (then
          (i32.store16 offset=14 (;KEEPS;) (local.get $outer) (i32.const 1))
          (return))))
    (else
      ;; All that is newer is out of the buckets; so each entry is the first in its own.
      (block $done
        (loop $next_entry
          (br_if $done (i32.eqz (local.get $entry)))
          (if (i32.ne (call $sort_of! (local.get $entry)) (global.get $SORT_DEAD))
            (then
              (i32.store
                (call $bucket_of! (i32.load offset=4 (;TAG;) (local.get $entry)))
                (i32.load offset=8 (;NEXT;) (local.get $entry)))))
          (local.set $entry (i32.load offset=12 (;LIST;) (local.get $entry)))
          (br $next_entry)))))
  (call $set_names! (i32.add (local.get $scope) (global.get $OPEN_SCOPE_SIZE))))

;; Declares the name `ref` in the innermost scope; a `var` in the function around it.
(func $declare (param $ref i32) (param $sort i32)
  (local $scope i32)
  (local $tag i32)
  (local $entry i32)
  (local $found i32) ;; the sort of an entry
  (if (global.get $status) (then (return)))
  (call $locate (local.get $ref))
  (local.set $tag (call $tag_of (local.get $sort)))
  (local.set $scope (global.get $scope))
  (if (i32.eqz (local.get $sort))
    (then
      (local.set $scope (global.get $var_scope))
      (local.set $entry (call $find! (local.get $tag) (local.get $scope)))
      (block $checked
        (loop $next_entry
          (br_if $checked (i32.eqz (local.get $entry)))
          (local.set $found (call $sort_of! (local.get $entry)))
          (if (i32.eq (local.get $found) (global.get $SORT_VAR))
            (then
              ;; What is older was asked when this one was declared.
              (if (i32.lt_u (local.get $entry) (global.get $scope)) (then (return)))
              (call $unlink (local.get $entry))
              (call $set_sort! (local.get $entry) (global.get $SORT_DEAD))
              (br $checked)))
          (if (i32.le_u (local.get $found) (global.get $SORT_CATCH_PATTERN))
            (then
              (call $refuse_double
                (global.get $E_REDECLARED)
                (local.get $ref)
                (local.get $entry))
              (return)))
          ;; A parameter, or a name of `catch`.
          (local.set $entry
            (call $find_from
              (i32.load offset=8 (;NEXT;) (local.get $entry))
              (local.get $tag)
              (local.get $scope)))
          (br $next_entry)))
      (if (i32.ne (local.get $scope) (global.get $scope))
        (then (i32.store16 offset=14 (;KEEPS;) (global.get $scope) (i32.const 1)))))
    (else
      (local.set $entry (call $find! (local.get $tag) (local.get $scope)))
      (if (local.get $entry)
        (then
          (local.set $found (call $sort_of! (local.get $entry)))
          (if (i32.eq (local.get $sort) (global.get $SORT_PARAMETER))
            (then
              (if (i32.eqz (global.get $doubled))
                (then (global.set $doubled (local.get $ref))))
              (return)))
          (if
            (i32.eqz
              (i32.and
                (i32.eq (local.get $sort) (global.get $SORT_SLOPPY_FUNCTION))
                (i32.eq (local.get $found) (global.get $SORT_SLOPPY_FUNCTION))))
            (then
              (call $refuse_double
                (global.get $E_REDECLARED)
                (local.get $ref)
                (local.get $entry))))
          (return)))))
  (local.set $entry
    (call $enter
      (local.get $ref)
      (local.get $tag)
      (i32.load offset=4 (;ENTRIES;) (local.get $scope))))
  (if (local.get $entry)
    (then (i32.store offset=4 (;ENTRIES;) (local.get $scope) (local.get $entry)))))

;; ---- Labels

;; Begins the statement of the label `ref`.
(func $open_label (param $ref i32)
  (local $tag i32)
  (local $entry i32)
  (if (global.get $status) (then (return)))
  (call $locate (local.get $ref))
  (local.set $tag (call $tag_of (global.get $SORT_LABEL)))
  ;; Those outside of the function do not count.
  (local.set $entry (call $find! (local.get $tag) (global.get $var_scope)))
  (if (local.get $entry)
    (then
      (call $refuse_double
        (global.get $E_LABEL_TWICE)
        (local.get $ref)
        (local.get $entry))
      (return)))
  (local.set $entry
    (call $enter (local.get $ref) (local.get $tag) (global.get $label)))
  (if (local.get $entry) (then (global.set $label (local.get $entry)))))

;; Ends the statement of the innermost label, whose record is `ref`. Where that is one with a label
;; again, the answer to whether it is a loop is there.
(func $close_label (param $ref i32)
  (local $entry i32)
  (local $kind i32)
  (if (global.get $status) (then (return)))
  (local.set $entry (global.get $label))
  (local.set $kind (call $kind_of! (local.get $ref)))
  (if (i32.ne (local.get $kind) (global.get $K_LABELED_STATEMENT))
    (then
      (global.set $is_loop
        (i32.le_u
          (i32.sub (local.get $kind) (global.get $K_WHILE_STATEMENT))
          (i32.sub (global.get $K_FOR_OF_STATEMENT) (global.get $K_WHILE_STATEMENT))))))
  (if
    (i32.and
      (i32.eq (call $sort_of! (local.get $entry)) (global.get $SORT_CONTINUED))
      (i32.eqz (global.get $is_loop)))
    (then
      (call $refuse_record
        (global.get $E_LABEL_LOOP)
        (call $ref_of! (local.get $entry)))
      (return)))
  (call $unlink (local.get $entry))
  (global.set $label (i32.load offset=12 (;LIST;) (local.get $entry)))
  ;; Where a `var` is newer, it goes with the function.
  (if (i32.eq (global.get $names) (local.get $entry))
    (then (call $set_names! (i32.add (local.get $entry) (global.get $ENTRY_SIZE))))))

;; Takes the label `ref` of a `break` or a `continue`.
(func $use_label (param $ref i32) (param $is_continue i32)
  (local $entry i32)
  (if (global.get $status) (then (return)))
  (call $locate (local.get $ref))
  (local.set $entry
    (call $find!
      (call $tag_of (global.get $SORT_LABEL))
      (global.get $var_scope)))
  (if (i32.eqz (local.get $entry))
    (then
      (call $refuse_record (global.get $E_LABEL_UNKNOWN) (local.get $ref))
      (return)))
  (if (local.get $is_continue)
    (then (call $set_sort! (local.get $entry) (global.get $SORT_CONTINUED)))))

;; ---- Private names

;; Begins a class.
(func $open_class
  (if (global.get $status) (then (return)))
  (if (i32.eqz (call $push_names!)) (then (return)))
  (i32.store offset=0 (;OUTSIDE;) (global.get $names) (global.get $class))
  (i32.store offset=4 (;MEMBERS;) (global.get $names) (i32.const 0))
  (i32.store offset=8 (;CLASS_SCOPE.BEGIN;) (global.get $names)
    (i32.shr_u (i32.sub (global.get $out) (global.get $tree)) (i32.const 2)))
  (global.set $class (global.get $names)))

;; Declares a private name of the innermost class. A getter and a setter may share one, where both
;; or none are static.
(func $declare_private (param $ref i32) (param $sort i32)
  (local $tag i32)
  (local $entry i32)
  (if (global.get $status) (then (return)))
  (call $locate (local.get $ref))
  (local.set $tag (call $tag_of (local.get $sort)))
  (local.set $entry (call $find! (local.get $tag) (global.get $class)))
  (if (local.get $entry)
    (then
      (if
        (i32.and
          (i32.ge_u (local.get $sort) (global.get $SORT_GETTER))
          (i32.eq
            (i32.xor (local.get $sort) (call $sort_of! (local.get $entry)))
            (i32.const 1)))
        (then
          (call $set_sort! (local.get $entry) (global.get $SORT_PRIVATE))
          (return)))
      (call $refuse_double
        (global.get $E_PRIVATE_TWICE)
        (local.get $ref)
        (local.get $entry))
      (return)))
  (local.set $entry
    (call $enter
      (local.get $ref)
      (local.get $tag)
      (i32.load offset=4 (;MEMBERS;) (global.get $class))))
  (if (local.get $entry)
    (then
      (i32.store offset=4 (;MEMBERS;) (global.get $class) (local.get $entry)))))

;; Takes a private name that is used. Where no class that is open declares it so far, one may do so
;; further on: until then its record, which is in no list, waits in its bucket.
(func $use_private (param $ref i32)
  (local $tag i32)
  (local $bucket i32)
  (if (global.get $status) (then (return)))
  (if (i32.eqz (global.get $class))
    (then
      (call $refuse_record (global.get $E_PRIVATE_UNDECLARED) (local.get $ref))
      (return)))
  (call $locate (local.get $ref))
  (local.set $tag (call $tag_of (global.get $SORT_PRIVATE)))
  (if (call $find! (local.get $tag) (i32.const -1)) (then (return)))
  (local.set $bucket (call $bucket_of! (local.get $tag)))
  (i32.store
    (call $next_link! (local.get $ref))
    (i32.load offset=4 (;PENDING;) (local.get $bucket)))
  (i32.store offset=4 (;PENDING;) (local.get $bucket) (local.get $ref))
  (global.set $pending (i32.add (global.get $pending) (i32.const 1))))

;; Takes from their bucket the private names within a class that are the one of its entry.
(func $settle (param $entry i32) (param $begin i32)
  (local $link i32) ;; address of what points to a record
  (local $ref i32)
  (local.set $link
    (i32.add
      (call $bucket_of! (i32.load offset=4 (;TAG;) (local.get $entry)))
      (i32.const 4 (;PENDING;))))
  (loop $next_name
    (local.set $ref (i32.load (local.get $link)))
    (if (i32.ge_u (local.get $ref) (local.get $begin))
      (then
        (call $locate (local.get $ref))
        (if (call $is_name_of (local.get $entry))
          (then
            (i32.store (local.get $link) (call $link_of! (local.get $ref)))
            (i32.store (call $next_link! (local.get $ref)) (i32.const 0))
            (global.set $pending (i32.sub (global.get $pending) (i32.const 1))))
          (else (local.set $link (call $next_link! (local.get $ref)))))
        (br $next_name)))))

;; Ends the innermost class.
(func $close_class
  (local $class i32)
  (local $entry i32)
  (if (global.get $status) (then (return)))
  (local.set $class (global.get $class))
  (global.set $class (i32.load offset=0 (;OUTSIDE;) (local.get $class)))
  (local.set $entry (i32.load offset=4 (;MEMBERS;) (local.get $class)))
  (block $done
    (loop $next_entry
      (br_if $done (i32.eqz (local.get $entry)))
      (if (global.get $pending)
        (then
          (call $settle
            (local.get $entry)
            (i32.load offset=8 (;CLASS_SCOPE.BEGIN;) (local.get $class)))))
      (call $unlink (local.get $entry))
      (local.set $entry (i32.load offset=12 (;LIST;) (local.get $entry)))
      (br $next_entry)))
  (call $set_names! (i32.add (local.get $class) (i32.const 16)))
  (if
    (i32.and
      (i32.eqz (global.get $class))
      (i32.ne (global.get $pending) (i32.const 0)))
    (then (call $refuse_pending))))

;; Refuses the first of the private names that no class declares.
(func $refuse_pending
  (local $bucket i32)
  (local $stop i32)
  (local $ref i32)
  (local $first i32)
  (local.set $bucket (global.get $buckets))
  (local.set $stop
    (i32.add
      (local.get $bucket)
      (i32.mul
        (i32.add (global.get $bucket_mask) (i32.const 1))
        (global.get $BUCKET_SIZE))))
  (local.set $first (i32.const -1))
  (loop $next_bucket
    (local.set $ref (i32.load offset=4 (;PENDING;) (local.get $bucket)))
    (block $done
      (loop $next_name
        (br_if $done (i32.eqz (local.get $ref)))
        (if (i32.lt_u (local.get $ref) (local.get $first))
          (then (local.set $first (local.get $ref))))
        (local.set $ref (call $link_of! (local.get $ref)))
        (br $next_name)))
    (local.set $bucket (i32.add (local.get $bucket) (global.get $BUCKET_SIZE)))
    (br_if $next_bucket (i32.lt_u (local.get $bucket) (local.get $stop))))
  (call $refuse_record (global.get $E_PRIVATE_UNDECLARED) (local.get $first)))

;; ---- Exports

;; Exports what was located, of the record `ref`.
(func $export_text (param $ref i32) (param $sort i32)
  (local $tag i32)
  (local $entry i32)
  (local.set $tag (call $tag_of (local.get $sort)))
  (local.set $entry (call $find! (local.get $tag) (i32.const -1)))
  (if (local.get $entry)
    (then
      (call $refuse_double
        (global.get $E_EXPORT_TWICE)
        (local.get $ref)
        (local.get $entry))
      (return)))
  (drop (call $enter (local.get $ref) (local.get $tag) (i32.const 0))))

;; Exports something by the name of an Identifier or StringLiteral.
(func $export_name (param $ref i32)
  (if (global.get $status) (then (return)))
  (call $locate (local.get $ref))
  (call $export_text (local.get $ref) (global.get $SORT_EXPORT)))

;; Exports the record `ref` as `default`.
(func $export_default (param $ref i32)
  (if (global.get $status) (then (return)))
  (global.set $text (i32.const 3360 (;DEFAULT_NAME;)))
  (global.set $text_len (global.get $DEFAULT_LEN))
  (call $export_text (local.get $ref) (global.get $SORT_DEFAULT)))

;; Notes that the Identifier `ref`, which is in no list, must be declared in the end.
(func $export_local (param $ref i32)
  (if (global.get $status) (then (return)))
  (i32.store (call $next_link! (local.get $ref)) (global.get $local_exports))
  (global.set $local_exports (local.get $ref)))

;; Refuses the first local name that is exported and not declared.
(func $check_exports
  (local $ref i32)
  (local $next i32)
  (local $undeclared i32)
  (if (global.get $status) (then (return)))
  (local.set $ref (global.get $local_exports))
  (block $done
    (loop $next_export
      (br_if $done (i32.eqz (local.get $ref)))
      (local.set $next (call $link_of! (local.get $ref)))
      (i32.store (call $next_link! (local.get $ref)) (i32.const 0))
      (call $locate (local.get $ref))
      (if
        (i32.eqz
          (call $find!
            (call $tag_of (global.get $SORT_VAR))
            (i32.const -1)))
        (then (local.set $undeclared (local.get $ref))))
      (local.set $ref (local.get $next))
      (br $next_export)))
  (if (local.get $undeclared)
    (then
      (call $refuse_record (global.get $E_EXPORT_UNDECLARED) (local.get $undeclared)))))

;; ---- What texts say

;; Which token the name of an Identifier is, without its escapes.
(func $name_kind (param $ref i32) (result i32)
  (call $locate (local.get $ref))
  (call $keyword
    (global.get $text)
    (i32.add (global.get $text) (global.get $text_len))))

;; Whether a name or string is `constructor`.
(func $text_is_constructor (param $ref i32) (result i32)
  (call $locate (local.get $ref))
  (i32.eq
    (call $keyword
      (global.get $text)
      (i32.add (global.get $text) (global.get $text_len)))
    (global.get $T_CONSTRUCTOR)))

;; Whether a name or string is `prototype`.
(func $text_is_prototype (param $ref i32) (result i32)
  (call $locate (local.get $ref))
  (i32.and
    (i32.eq (global.get $text_len) (i32.const 9))
    (i32.and
      (i64.eq (i64.load (global.get $text)) (i64.const 0x7079_746f_746f_7270))
      (i32.eq (i32.load8_u offset=8 (global.get $text)) (i32.const 0x65)))))

;; Whether a name or string is `__proto__`.
(func $text_is_proto (param $ref i32) (result i32)
  (call $locate (local.get $ref))
  (i32.and
    (i32.eq (global.get $text_len) (i32.const 9))
    (i32.and
      (i64.eq (i64.load (global.get $text)) (i64.const 0x5f6f_746f_7270_5f5f))
      (i32.eq (i32.load8_u offset=8 (global.get $text)) (i32.const 0x5f)))))
