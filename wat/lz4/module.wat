;;! summary   = "LZ4 compression of blocks, of frames and of frames in pieces, and their checksum"
;;! spec      = "LZ4 Block Format 2022-07-31, LZ4 Frame Format 1.6.4; xxHash 0.1.1"
;;! exports   = [
;;!   "lz4_bound", "lz4_compress", "lz4_compress_hc", "lz4_compress_hc_work_size", "lz4_decompress",
;;!   "lz4_frame_bound", "lz4_frame_work_size", "lz4_frame_compress", "lz4_frame_decompress",
;;!   "lz4_frame_content_size", "lz4_frame_encode", "lz4_frame_decode",
;;!   "xxh32", "xxh32_init", "xxh32_update", "xxh32_finish",
;;! ]
;;! fragments = [
;;!   "lib/lz4_repeats", "compress", "compress_hc", "copy", "decompress", "xxh32", "frame",
;;! ]

;; A block is a list of sequences: a token, literals, and a match, which is a copy of up to 64 KiB
;; back. Compression looks four-byte repetitions up in a hash table of the low halves of addresses:
;; a distance is then below 64 KiB by construction, and the table needs half the room. Decompression
;; takes a sequence in a few wide copies that overrun its end while there is room for that on both
;; sides; every sequence that is unusual, broken or near an end is read again, and exactly.

;; Fragments
;;   name             meaning
;;   lib/lz4_repeats  tables of matches that overlap themselves
;;   compress         blocks from bytes: the hash table, matches, sequences
;;   compress_hc      the same for the high levels: chains of places, and the cheapest way
;;   copy             short, exact and repeating copies
;;   decompress       bytes from blocks: the wide way, and the exact one
;;   xxh32            the checksum, whole and in pieces
;;   frame            frames around blocks: made and read, whole and in pieces

;; Memory map
;;   offset  length  name         meaning
;;        0     256  repeat_mask  16 lanes for each distance 0 to 15: lane number mod distance
;;      256      16  repeat_step  for each distance its largest multiple that is 16 at most
;;      272      68  whole_frame  the state of a frame that is made or read in one call
;;      512   16384  places       u16 a hash: the low half of the address where it was last seen
(memory (export "memory") 1)
;; No distance reaches back over address 0 from here on.
(global (export "heap_base") i32 (i32.const 65536))

(global $REPEAT_STEP i32 (i32.const 256))
(global $WHOLE_FRAME i32 (i32.const 272))
(global $PLACES      i32 (i32.const 512))
(global $PLACES_END  i32 (i32.const 16896))

;; The longest input: one of the format's reference code, which fits into 31 bits with its bound.
(global $LONGEST i32 (i32.const 0x7e000000))

;; A match has four bytes at least; it begins 12 bytes before the end of the input at the latest,
;; and the last five bytes are literals.
(global $SHORTEST_MATCH i32 (i32.const 4))
(global $NO_MATCH_TAIL  i32 (i32.const 12))
(global $LITERAL_TAIL   i32 (i32.const 5))

;; A half of the token that says that a run of length bytes follows.
(global $RUN i32 (i32.const 15))
