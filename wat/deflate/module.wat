;;! summary   = "Deflate: bytes compressed to a raw stream"
;;! spec      = "RFC 1951"
;;! exports   = ["deflate_bound", "deflate_work_size", "deflate"]
;;! fragments = [
;;!   "lib/deflate_lengths", "encode", "encode_table", "encode_chains", "encode_blocks",
;;!   "encode_codes",
;;! ]

;; Scratch.

;; Fragments
;;   name                 meaning
;;   lib/deflate_lengths  the symbol of each length of a match
;;   encode               bytes to a stream: levels, room, work memory
;;   encode_table         level 1: a hash table with two places a hash
;;   encode_chains        levels 2 to 9: hash chains, matches taken at once or a place or two later
;;   encode_blocks        where blocks end, what kind each is, and how it is written
;;   encode_codes         Huffman codes of limited length

;; Memory map
;;   offset  length  name            meaning
;;    40960   65536  links           u16 for each of the low 15 bits of an address: how far before what stands
;;                                   there the next of its chain does
;;   106496    1280  chunk_counts    u32 a symbol: 288 of literals and lengths, 32 of distances; of
;;                                   the chunk that is being parsed
;;   107776    1280  block_counts    the same of the block in front of that chunk
;;   109056     320  code_lens       u8 a symbol: how long its code is
;;   109376     320  header_lens     the same, as a header has them: without those unused at the ends
;;   109696    1280  codes           u32 a symbol: its code, bits reversed, and its length << 24
;;   110976    1040  length_codes    u32 a length of a match: code and extra bits, and how many << 24
;;   112016    1152  sorting         u32 a symbol that is used: count << 10 | symbol; then the tree
;;   113168    1152  sorting_by      the same, for what is sorted from one into the other
;;   114320    1024  tallies         u32 for each byte of a count: how many there are, or where next
;;   115344     640  header_symbols  u16 each: symbol | extra bits << 8 of a header's run lengths
;;   115984      80  header_counts   u32 each: how often there is one
;;   116064      32  header_code_lens  u8 each: how long its code is
;;   116096      80  header_codes    u32 each: as in codes
;;   116176      64  len_counts      u32 a length of a code: how many have it; then the next code
;;   116240     256  length_symbols  u8 a length of a match - 3: its symbol - 257
;;   116496      19  header_order    u8 each: the order of the lengths of a header's own codes
(memory (export "memory") 2)
(global (export "heap_base") i32 (i32.const 118784))

(global $LINKS i32 (i32.const 40960))
(global $CHUNK_COUNTS i32 (i32.const 106496))
(global $BLOCK_COUNTS i32 (i32.const 107776))
(global $CODE_LENS i32 (i32.const 109056))
(global $HEADER_LENS i32 (i32.const 109376))
(global $CODES i32 (i32.const 109696))
(global $LENGTH_CODES i32 (i32.const 110976))
(global $SORTING i32 (i32.const 112016))
(global $SORTING_BY i32 (i32.const 113168))
(global $TALLIES i32 (i32.const 114320))
(global $HEADER_SYMBOLS i32 (i32.const 115344))
(global $HEADER_COUNTS i32 (i32.const 115984))
(global $HEADER_CODE_LENS i32 (i32.const 116064))
(global $HEADER_CODES i32 (i32.const 116096))
(global $LEN_COUNTS i32 (i32.const 116176))
(global $LENGTH_SYMBOLS i32 (i32.const 116240))
(global $HEADER_ORDER i32 (i32.const 116496))

(data (i32.const 116496 (;HEADER_ORDER;))
  "\10\11\12\00\08\07\09\06\0a\05\0b\04\0c\03\0d\02\0e\01\0f")
