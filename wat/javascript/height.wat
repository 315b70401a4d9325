;; How high the tree is. Whoever walks it has to go down as far, so no more than 65,536 records may
;; stand one in another.
;;
;; What nests is limited by the frames. What does not is a chain, `a + a + a` or `a.b.c`, in which
;; each record has the one before it as its left side. So the records of a statement bound its
;; height, and those of a list are as high as the highest of them: `$weight` is that sum of highest
;; ones. It stays small in all but texts with very long expressions, and only these are walked to
;; know exactly.

;; The greatest height, that of the Program included.
(global $HIGHEST i32 (i32.const 65536))

;; What a word of a record that waits is made of: a reference is below 2^29.
(global $WAITING_REF   i32 (i32.const 0x1fffffff))
(global $WAITING_FIELD i32 (i32.const 29))

;; How many of the records so far stand in no place that can add to the height of what follows.
(global $weightless (mut i32) (i32.const 0))

(func $weight! (result i32)
  (i32.sub (global.get $records) (global.get $weightless)))

;; The innermost frame begins a list of which an item stands in none of the others.
(func $begin_weighing!
  (i32.store offset=72 (;WEIGHT;) (global.get $frame) (call $weight!))
  (i32.store offset=76 (;HEAVIEST;) (global.get $frame) (i32.const 0)))

;; An item of that list has been read.
(func $weigh_item!
  (local $item i32)
  (local.set $item
    (i32.sub (call $weight!) (i32.load offset=72 (;WEIGHT;) (global.get $frame))))
  (global.set $weightless (i32.add (global.get $weightless) (local.get $item)))
  (if
    (i32.gt_u (local.get $item) (i32.load offset=76 (;HEAVIEST;) (global.get $frame)))
    (then (i32.store offset=76 (;HEAVIEST;) (global.get $frame) (local.get $item)))))

;; The list is at its end: it weighs as much as its heaviest item.
(func $end_weighing!
  (global.set $weightless
    (i32.sub
      (global.get $weightless) (i32.load offset=76 (;HEAVIEST;) (global.get $frame)))))

;; How many fields of each kind are records, alone or as the first of a list.
(data (i32.const 3376 (;FIELDS;))
  "\00\01\00\00\00\00\00\00\01\01\00\00\02\01"
  "\02\01\01\03\02\02\01\03\02\02\02\04\03\03"
  "\03\01\02\03\00\00\00\00\00\00\00\00\00\00"
  "\01\01\02\03\02\01\01\02\02\02\03\02\02\02"
  "\01\01\01\01\02\02\00\02\00\01\03\01\01\02"
  "\01\01\02\02\01\03\02\01\01\02\04\02\01\03"
  "\00\00\00\00\00\00\00\00\00\00\00\00\03\03"
  "\02\01\00\00\00\02\02\02\01\01\00\01\00")

;; Refuses the tree below `root` where it is higher than the limit. The records on the way down wait
;; in the memory of the frames, a word each: the record, and in its upper bits the field that is
;; next.
(func $check_height (param $root i32)
  (local $ptr i32)   ;; address of the word of the record at hand
  (local $word i32)
  (local $ref i32)
  (local $field i32) ;; which field of it is next
  (if (i32.le_u (call $weight!) (global.get $HIGHEST)) (then (return)))
  (local.set $ptr (global.get $FRAMES))
  (i32.store (local.get $ptr) (local.get $root))
  (loop $next_field
    (local.set $word (i32.load (local.get $ptr)))
    (local.set $ref (i32.and (local.get $word) (global.get $WAITING_REF)))
    (local.set $field (i32.shr_u (local.get $word) (global.get $WAITING_FIELD)))
    (if
      (i32.lt_u
        (local.get $field)
        (i32.load8_u offset=3376 (;FIELDS;) (call $kind_of! (local.get $ref))))
      (then
        (i32.store (local.get $ptr)
          (i32.add
            (local.get $word) (i32.shl (i32.const 1) (global.get $WAITING_FIELD))))
        (local.set $ref
          (i32.load offset=16 (;ONE;)
            (i32.add
              (call $record! (local.get $ref))
              (i32.shl (local.get $field) (i32.const 2)))))
        (br_if $next_field (i32.eqz (local.get $ref)))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 4)))
        (if
          (i32.ge_u
            (i32.sub (local.get $ptr) (global.get $FRAMES))
            (i32.shl (global.get $HIGHEST) (i32.const 2)))
          (then
            (call $refuse_with
              (global.get $TOO_LARGE) (global.get $E_TOO_HIGH)
              (call $start_of! (local.get $ref)) (call $stop_of! (local.get $ref))
              (i32.const 0) (global.get $NO_PLACE))
            (return)))
        (i32.store (local.get $ptr) (local.get $ref))
        (br $next_field)))
    ;; All below it has been seen: the next one of its list, or up.
    (local.set $ref (call $link_of! (local.get $ref)))
    (if (local.get $ref)
      (then
        (i32.store (local.get $ptr) (local.get $ref))
        (br $next_field)))
    (local.set $ptr (i32.sub (local.get $ptr) (i32.const 4)))
    (br_if $next_field (i32.ge_u (local.get $ptr) (global.get $FRAMES)))))
