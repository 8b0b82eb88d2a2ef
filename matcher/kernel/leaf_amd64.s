#include "textflag.h"

// A group of 64 counters is one 512-bit register of bytes, or two of 16-bit words; a mask of 64 bits, moved to a mask register,
// says which of them a broadcast weight is added to. R9 is the address of seen, or 0.

// func cpuid(leaf, sub uint32) (a, b, c, d uint32)
TEXT ·cpuid(SB), NOSPLIT, $0-24
	MOVL leaf+0(FP), AX
	MOVL sub+4(FP), CX
	CPUID
	MOVL AX, a+8(FP)
	MOVL BX, b+12(FP)
	MOVL CX, c+16(FP)
	MOVL DX, d+20(FP)
	RET

// func xgetbv() uint32
TEXT ·xgetbv(SB), NOSPLIT, $0-4
	XORL CX, CX
	XGETBV
	MOVL AX, ret+0(FP)
	RET

// func addEntries8(acc *uint64, list *entry, n int, w uint32, seen *uint64)
TEXT ·addEntries8(SB), NOSPLIT, $0-40
	MOVQ acc+0(FP), DI
	MOVQ list+8(FP), SI
	MOVQ n+16(FP), CX
	MOVL w+24(FP), AX
	MOVQ seen+32(FP), R9
	VPBROADCASTB AX, Z0
	TESTQ R9, R9
	JZ   entries8

once8:
	MOVQ 0(SI), R10
	MOVL 12(SI), R11
	MOVQ (R9)(R11*8), R12
	NOTQ R12
	ANDQ R10, R12
	ORQ  R10, (R9)(R11*8)
	KMOVQ R12, K1
	SHLQ $6, R11
	VMOVDQU64 (DI)(R11*1), Z1
	VPADDB Z0, Z1, K1, Z1
	VMOVDQU64 Z1, (DI)(R11*1)
	ADDQ $16, SI
	DECQ CX
	JNZ  once8
	VZEROUPPER
	RET

entries8:
	KMOVQ 0(SI), K1
	MOVL 12(SI), R11
	SHLQ $6, R11
	VMOVDQU64 (DI)(R11*1), Z1
	VPADDB Z0, Z1, K1, Z1
	VMOVDQU64 Z1, (DI)(R11*1)
	ADDQ $16, SI
	DECQ CX
	JNZ  entries8
	VZEROUPPER
	RET

// func addEntries16(acc *uint64, list *entry, n int, w uint32, seen *uint64)
TEXT ·addEntries16(SB), NOSPLIT, $0-40
	MOVQ acc+0(FP), DI
	MOVQ list+8(FP), SI
	MOVQ n+16(FP), CX
	MOVL w+24(FP), AX
	MOVQ seen+32(FP), R9
	VPBROADCASTW AX, Z0

entries16:
	MOVQ 0(SI), R10
	MOVL 12(SI), R11
	TESTQ R9, R9
	JZ   all16
	MOVQ (R9)(R11*8), R12
	NOTQ R12
	ORQ  R10, (R9)(R11*8)
	ANDQ R12, R10

all16:
	KMOVD R10, K1
	SHRQ $32, R10
	KMOVD R10, K2
	SHLQ $7, R11
	VMOVDQU64 (DI)(R11*1), Z1
	VMOVDQU64 64(DI)(R11*1), Z2
	VPADDW Z0, Z1, K1, Z1
	VPADDW Z0, Z2, K2, Z2
	VMOVDQU64 Z1, (DI)(R11*1)
	VMOVDQU64 Z2, 64(DI)(R11*1)
	ADDQ $16, SI
	DECQ CX
	JNZ  entries16
	VZEROUPPER
	RET

// func addWords8(acc *uint64, presence uint64, words *uint64, w uint32, seen *uint64)
TEXT ·addWords8(SB), NOSPLIT, $0-40
	MOVQ acc+0(FP), DI
	MOVQ presence+8(FP), CX
	MOVQ words+16(FP), SI
	MOVL w+24(FP), AX
	MOVQ seen+32(FP), R9
	VPBROADCASTB AX, Z0

words8:
	BSFQ CX, R11
	LEAQ -1(CX), R13
	ANDQ R13, CX
	MOVQ (SI), R10
	TESTQ R9, R9
	JZ   allWords8
	MOVQ (R9)(R11*8), R12
	NOTQ R12
	ORQ  R10, (R9)(R11*8)
	ANDQ R12, R10

allWords8:
	KMOVQ R10, K1
	SHLQ $6, R11
	VMOVDQU64 (DI)(R11*1), Z1
	VPADDB Z0, Z1, K1, Z1
	VMOVDQU64 Z1, (DI)(R11*1)
	ADDQ $8, SI
	TESTQ CX, CX
	JNZ  words8
	VZEROUPPER
	RET

// func addWords16(acc *uint64, presence uint64, words *uint64, w uint32, seen *uint64)
TEXT ·addWords16(SB), NOSPLIT, $0-40
	MOVQ acc+0(FP), DI
	MOVQ presence+8(FP), CX
	MOVQ words+16(FP), SI
	MOVL w+24(FP), AX
	MOVQ seen+32(FP), R9
	VPBROADCASTW AX, Z0

words16:
	BSFQ CX, R11
	LEAQ -1(CX), R13
	ANDQ R13, CX
	MOVQ (SI), R10
	TESTQ R9, R9
	JZ   allWords16
	MOVQ (R9)(R11*8), R12
	NOTQ R12
	ORQ  R10, (R9)(R11*8)
	ANDQ R12, R10

allWords16:
	KMOVD R10, K1
	SHRQ $32, R10
	KMOVD R10, K2
	SHLQ $7, R11
	VMOVDQU64 (DI)(R11*1), Z1
	VMOVDQU64 64(DI)(R11*1), Z2
	VPADDW Z0, Z1, K1, Z1
	VPADDW Z0, Z2, K2, Z2
	VMOVDQU64 Z1, (DI)(R11*1)
	VMOVDQU64 Z2, 64(DI)(R11*1)
	ADDQ $8, SI
	TESTQ CX, CX
	JNZ  words16
	VZEROUPPER
	RET

// func sum8(acc *uint64, list *active, n int, words *uint64, block uint64, least uint32) uint64
//
// R12 holds the rows that a better list of the same group has. Whether a list has the block is as good as random, so that nothing
// branches on it: the word after those before is read at any rate, and kept if it is the block's.
TEXT ·sum8(SB), NOSPLIT, $0-56
	MOVQ acc+0(FP), DI
	MOVQ list+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ words+24(FP), R8
	MOVQ block+32(FP), R9
	MOVL least+40(FP), AX
	VPBROADCASTB AX, Z3
	VPXORQ Z1, Z1, Z1
	XORQ R12, R12

sums8:
	MOVQ 0(SI), R10
	MOVLQSX 16(SI), R13
	ANDQ R13, R12
	BZHIQ R9, R10, R11
	POPCNTQ R11, R11
	MOVL 8(SI), R13
	ADDQ R13, R11
	SHRXQ R9, R10, R10
	ANDL $1, R10
	NEGQ R10
	ANDQ (R8)(R11*8), R10
	ANDNQ R10, R12, R11
	ORQ  R10, R12
	KMOVQ R11, K1
	VPBROADCASTB 20(SI), Z0
	VPADDB Z0, Z1, K1, Z1
	ADDQ $24, SI
	DECQ CX
	JNZ  sums8
	VMOVDQU64 Z1, (DI)
	VPCMPUB $5, Z3, Z1, K1
	KMOVQ K1, AX
	MOVQ AX, ret+48(FP)
	VZEROUPPER
	RET

// func sum16(acc *uint64, list *active, n int, words *uint64, block, next uint64, least uint32) uint64
//
// It is mostly a wait for words, so that those of the next block are asked for in the meantime.
TEXT ·sum16(SB), NOSPLIT, $0-64
	MOVQ acc+0(FP), DI
	MOVQ list+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ words+24(FP), R8
	MOVQ block+32(FP), R9
	MOVQ next+40(FP), DX
	MOVL least+48(FP), AX
	VPBROADCASTW AX, Z3
	VPXORQ Z1, Z1, Z1
	VPXORQ Z2, Z2, Z2
	XORQ R12, R12

sums16:
	MOVQ 0(SI), R10
	MOVLQSX 16(SI), R13
	ANDQ R13, R12
	BZHIQ DX, R10, BX
	POPCNTQ BX, BX
	BZHIQ R9, R10, R11
	POPCNTQ R11, R11
	MOVL 8(SI), R13
	ADDQ R13, BX
	PREFETCHT0 (R8)(BX*8)
	ADDQ R13, R11
	SHRXQ R9, R10, R10
	ANDL $1, R10
	NEGQ R10
	ANDQ (R8)(R11*8), R10
	ANDNQ R10, R12, R11
	ORQ  R10, R12
	KMOVD R11, K1
	SHRQ $32, R11
	KMOVD R11, K2
	VPBROADCASTW 20(SI), Z0
	VPADDW Z0, Z1, K1, Z1
	VPADDW Z0, Z2, K2, Z2
	ADDQ $24, SI
	DECQ CX
	JNZ  sums16
	VMOVDQU64 Z1, (DI)
	VMOVDQU64 Z2, 64(DI)
	VPCMPUW $5, Z3, Z1, K1
	VPCMPUW $5, Z3, Z2, K2
	KMOVD K1, AX
	KMOVD K2, BX
	SHLQ $32, BX
	ORQ  BX, AX
	MOVQ AX, ret+56(FP)
	VZEROUPPER
	RET

// func reach8(acc *uint64, least uint32) uint64
TEXT ·reach8(SB), NOSPLIT, $0-24
	MOVQ acc+0(FP), DI
	MOVL least+8(FP), AX
	VPBROADCASTB AX, Z0
	VMOVDQU64 (DI), Z1
	VPCMPUB $5, Z0, Z1, K1
	KMOVQ K1, AX
	MOVQ AX, ret+16(FP)
	VZEROUPPER
	RET

// func reach16(acc *uint64, least uint32) uint64
TEXT ·reach16(SB), NOSPLIT, $0-24
	MOVQ acc+0(FP), DI
	MOVL least+8(FP), AX
	VPBROADCASTW AX, Z0
	VMOVDQU64 (DI), Z1
	VMOVDQU64 64(DI), Z2
	VPCMPUW $5, Z0, Z1, K1
	VPCMPUW $5, Z0, Z2, K2
	KMOVD K1, AX
	KMOVD K2, BX
	SHLQ $32, BX
	ORQ  BX, AX
	MOVQ AX, ret+16(FP)
	VZEROUPPER
	RET

// func sized16(acc *uint64, sizes *[64]uint8, needs *Needs) uint64
//
// Needs are two registers; a permutation by sizes looks up those of 32 counters at once.
TEXT ·sized16(SB), NOSPLIT, $0-32
	MOVQ acc+0(FP), DI
	MOVQ sizes+8(FP), SI
	MOVQ needs+16(FP), DX
	VMOVDQU64 (DX), Z0
	VMOVDQU64 64(DX), Z1
	VPMOVZXBW (SI), Z2
	VPMOVZXBW 32(SI), Z3
	VPERMI2W Z1, Z0, Z2
	VPERMI2W Z1, Z0, Z3
	VMOVDQU64 (DI), Z4
	VMOVDQU64 64(DI), Z5
	VPCMPUW $5, Z2, Z4, K1
	VPCMPUW $5, Z3, Z5, K2
	KMOVD K1, AX
	KMOVD K2, BX
	SHLQ $32, BX
	ORQ  BX, AX
	MOVQ AX, ret+24(FP)
	VZEROUPPER
	RET

// func count8(acc *uint64, among *uint64, n int, least uint32) int
TEXT ·count8(SB), NOSPLIT, $0-40
	MOVQ acc+0(FP), DI
	MOVQ among+8(FP), SI
	MOVQ n+16(FP), CX
	MOVL least+24(FP), AX
	VPBROADCASTB AX, Z0
	XORQ AX, AX

counts8:
	VPCMPUB $2, (DI), Z0, K1
	KMOVQ K1, R10
	ANDQ (SI), R10
	POPCNTQ R10, R10
	ADDQ R10, AX
	ADDQ $64, DI
	ADDQ $8, SI
	DECQ CX
	JNZ  counts8
	MOVQ AX, ret+32(FP)
	VZEROUPPER
	RET

// func count16(acc *uint64, among *uint64, n int, least uint32) int
TEXT ·count16(SB), NOSPLIT, $0-40
	MOVQ acc+0(FP), DI
	MOVQ among+8(FP), SI
	MOVQ n+16(FP), CX
	MOVL least+24(FP), AX
	VPBROADCASTW AX, Z0
	XORQ AX, AX

counts16:
	VPCMPUW $2, (DI), Z0, K1
	VPCMPUW $2, 64(DI), Z0, K2
	KMOVD K1, R10
	KMOVD K2, R11
	SHLQ $32, R11
	ORQ  R11, R10
	ANDQ (SI), R10
	POPCNTQ R10, R10
	ADDQ R10, AX
	ADDQ $128, DI
	ADDQ $8, SI
	DECQ CX
	JNZ  counts16
	MOVQ AX, ret+32(FP)
	VZEROUPPER
	RET

// func reaches8(acc *uint64, masks *uint64, n int, least uint32)
TEXT ·reaches8(SB), NOSPLIT, $0-28
	MOVQ acc+0(FP), DI
	MOVQ masks+8(FP), SI
	MOVQ n+16(FP), CX
	MOVL least+24(FP), AX
	VPBROADCASTB AX, Z0

masks8:
	VPCMPUB $2, (DI), Z0, K1
	KMOVQ K1, (SI)
	ADDQ $64, DI
	ADDQ $8, SI
	DECQ CX
	JNZ  masks8
	VZEROUPPER
	RET

// func reaches16(acc *uint64, masks *uint64, n int, least uint32)
TEXT ·reaches16(SB), NOSPLIT, $0-28
	MOVQ acc+0(FP), DI
	MOVQ masks+8(FP), SI
	MOVQ n+16(FP), CX
	MOVL least+24(FP), AX
	VPBROADCASTW AX, Z0

masks16:
	VPCMPUW $2, (DI), Z0, K1
	VPCMPUW $2, 64(DI), Z0, K2
	KMOVD K1, (SI)
	KMOVD K2, 4(SI)
	ADDQ $128, DI
	ADDQ $8, SI
	DECQ CX
	JNZ  masks16
	VZEROUPPER
	RET

// func intersect(rows *[tileBlocks]uint64, fresh uint64, list *entry, n int, words *uint64) uint64
//
// Eight blocks at a time: R9 is the first of them, R10 a list's presence, of which R11 counts the words before and K1 says which of
// the eight have one. The words, which stand without gaps, are expanded to where K1 has bits.
TEXT ·intersect(SB), NOSPLIT, $0-48
	MOVQ rows+0(FP), DI
	MOVQ words+32(FP), R8
	XORQ R9, R9
	XORQ AX, AX
	VPBROADCASTQ fresh+8(FP), Z2

eight:
	MOVQ list+16(FP), SI
	MOVQ n+24(FP), CX
	VPXORQ Z1, Z1, Z1

union:
	MOVQ 0(SI), R10
	BZHIQ R9, R10, R11
	POPCNTQ R11, R11
	MOVL 8(SI), R12
	ADDQ R12, R11
	SHRXQ R9, R10, R10
	KMOVB R10, K1
	VMOVDQU64 (R8)(R11*8), Z0
	VPEXPANDQ.Z Z0, K1, Z0
	VPORQ Z0, Z1, Z1
	ADDQ $16, SI
	DECQ CX
	JNZ  union

	VPORQ (DI), Z2, Z3
	VPANDQ Z3, Z1, Z1
	VMOVDQU64 Z1, (DI)
	VPTESTMQ Z1, Z1, K2
	KMOVB K2, R10
	SHLXQ R9, R10, R10
	ORQ  R10, AX
	ADDQ $64, DI
	ADDQ $8, R9
	CMPQ R9, $64
	JNE  eight
	MOVQ AX, ret+40(FP)
	VZEROUPPER
	RET

// func addShares(of *[blockRows]int64, list *share, n int)
//
// Eight registers hold the sums of 64 rows; a byte of a share's rows says which of one's eight get its amount.
TEXT ·addShares(SB), NOSPLIT, $0-24
	MOVQ of+0(FP), DI
	MOVQ list+8(FP), SI
	MOVQ n+16(FP), CX
	VPXORQ Z0, Z0, Z0
	VPXORQ Z1, Z1, Z1
	VPXORQ Z2, Z2, Z2
	VPXORQ Z3, Z3, Z3
	VPXORQ Z4, Z4, Z4
	VPXORQ Z5, Z5, Z5
	VPXORQ Z6, Z6, Z6
	VPXORQ Z7, Z7, Z7

share:
	MOVQ 0(SI), R10
	VPBROADCASTQ 8(SI), Z8
	KMOVB R10, K1
	SHRQ $8, R10
	VPADDQ Z8, Z0, K1, Z0
	KMOVB R10, K2
	SHRQ $8, R10
	VPADDQ Z8, Z1, K2, Z1
	KMOVB R10, K3
	SHRQ $8, R10
	VPADDQ Z8, Z2, K3, Z2
	KMOVB R10, K4
	SHRQ $8, R10
	VPADDQ Z8, Z3, K4, Z3
	KMOVB R10, K5
	SHRQ $8, R10
	VPADDQ Z8, Z4, K5, Z4
	KMOVB R10, K6
	SHRQ $8, R10
	VPADDQ Z8, Z5, K6, Z5
	KMOVB R10, K7
	SHRQ $8, R10
	VPADDQ Z8, Z6, K7, Z6
	KMOVB R10, K1
	VPADDQ Z8, Z7, K1, Z7
	ADDQ $16, SI
	DECQ CX
	JNZ  share
	VMOVDQU64 Z0, (DI)
	VMOVDQU64 Z1, 64(DI)
	VMOVDQU64 Z2, 128(DI)
	VMOVDQU64 Z3, 192(DI)
	VMOVDQU64 Z4, 256(DI)
	VMOVDQU64 Z5, 320(DI)
	VMOVDQU64 Z6, 384(DI)
	VMOVDQU64 Z7, 448(DI)
	VZEROUPPER
	RET
