//go:build !android

#include "textflag.h"

// What the runtime calls on the system stack: an invocation's address is in DI, by the System V
// calling convention, in which parameters from the seventh on lie on the stack. With the frame
// pointer that the assembler adds, 64 bytes keep the stack aligned to 16.
TEXT invoked<>(SB), NOSPLIT, $64
	MOVQ DI, 56(SP)
	MOVQ DI, R11
	MOVQ 56(R11), AX
	MOVQ AX, 0(SP)
	MOVQ 64(R11), AX
	MOVQ AX, 8(SP)
	MOVQ 72(R11), AX
	MOVQ AX, 16(SP)
	MOVQ 80(R11), AX
	MOVQ AX, 24(SP)
	MOVQ 88(R11), AX
	MOVQ AX, 32(SP)
	MOVQ 96(R11), AX
	MOVQ AX, 40(SP)
	MOVQ 8(R11), DI
	MOVQ 16(R11), SI
	MOVQ 24(R11), DX
	MOVQ 32(R11), CX
	MOVQ 40(R11), R8
	MOVQ 48(R11), R9
	MOVQ 0(R11), R10
	XORL AX, AX // no floating-point arguments
	CALL R10
	MOVQ 56(SP), DI
	MOVQ AX, 0(DI)
	RET

GLOBL ·invokedABI0(SB), NOPTR|RODATA, $8
DATA ·invokedABI0(SB)/8, $invoked<>(SB)
