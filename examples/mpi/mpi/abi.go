package mpi

// Three families of MPI libraries disagree on nearly every constant of mpi.h. Each is looked up
// here; constants_test.go compares every row with the headers that are installed.

// A kind is a family of MPI libraries with one binary interface.
type kind int

const (
	openMPI  kind = iota // handles are pointers to objects that the library exports
	mpich                // handles are C ints; also Intel MPI, MVAPICH, Cray MPI
	standard             // the ABI of MPI-5.0: handles are small constants of a pointer's size
)

func (k kind) String() string {
	return [...]string{"Open MPI ABI", "MPICH ABI", "MPI-5.0 standard ABI"}[k]
}

// Handles, indexes of the table below.
const (
	commWorld = iota
	commSelf
	commNull
	requestNull
	infoNull
	errorsReturn
	typeInt8
	typeInt16
	typeInt32
	typeInt64
	typeUint8
	typeUint16
	typeUint32
	typeUint64
	typeFloat32
	typeFloat64
	typeComplex64
	typeComplex128
	typeByte
	opSum
	opProd
	opMax
	opMin
	opAnd
	opOr
	opXor
	opLogicalAnd
	opLogicalOr
	opLogicalXor
	opReplace
	opNoOp
	handleCount
)

// region handles
var handleTable = [handleCount]struct {
	c        string // its name in mpi.h
	openMPI  string // the symbol whose address it is
	mpich    uintptr
	standard uintptr
}{
	commWorld:      {"MPI_COMM_WORLD", "ompi_mpi_comm_world", 0x44000000, 0x101},
	commSelf:       {"MPI_COMM_SELF", "ompi_mpi_comm_self", 0x44000001, 0x102},
	commNull:       {"MPI_COMM_NULL", "ompi_mpi_comm_null", 0x04000000, 0x100},
	requestNull:    {"MPI_REQUEST_NULL", "ompi_request_null", 0x2c000000, 0x180},
	infoNull:       {"MPI_INFO_NULL", "ompi_mpi_info_null", 0x1c000000, 0x130},
	errorsReturn:   {"MPI_ERRORS_RETURN", "ompi_mpi_errors_return", 0x54000001, 0x143},
	typeInt8:       {"MPI_INT8_T", "ompi_mpi_int8_t", 0x4c000137, 0x240},
	typeInt16:      {"MPI_INT16_T", "ompi_mpi_int16_t", 0x4c000238, 0x248},
	typeInt32:      {"MPI_INT32_T", "ompi_mpi_int32_t", 0x4c000439, 0x250},
	typeInt64:      {"MPI_INT64_T", "ompi_mpi_int64_t", 0x4c00083a, 0x258},
	typeUint8:      {"MPI_UINT8_T", "ompi_mpi_uint8_t", 0x4c00013b, 0x241},
	typeUint16:     {"MPI_UINT16_T", "ompi_mpi_uint16_t", 0x4c00023c, 0x249},
	typeUint32:     {"MPI_UINT32_T", "ompi_mpi_uint32_t", 0x4c00043d, 0x251},
	typeUint64:     {"MPI_UINT64_T", "ompi_mpi_uint64_t", 0x4c00083e, 0x259},
	typeFloat32:    {"MPI_FLOAT", "ompi_mpi_float", 0x4c00040a, 0x210},
	typeFloat64:    {"MPI_DOUBLE", "ompi_mpi_double", 0x4c00080b, 0x214},
	typeComplex64:  {"MPI_C_FLOAT_COMPLEX", "ompi_mpi_c_float_complex", 0x4c000840, 0x212},
	typeComplex128: {"MPI_C_DOUBLE_COMPLEX", "ompi_mpi_c_double_complex", 0x4c001041, 0x216},
	typeByte:       {"MPI_BYTE", "ompi_mpi_byte", 0x4c00010d, 0x247},
	opSum:          {"MPI_SUM", "ompi_mpi_op_sum", 0x58000003, 0x21},
	opProd:         {"MPI_PROD", "ompi_mpi_op_prod", 0x58000004, 0x24},
	opMax:          {"MPI_MAX", "ompi_mpi_op_max", 0x58000001, 0x23},
	opMin:          {"MPI_MIN", "ompi_mpi_op_min", 0x58000002, 0x22},
	opAnd:          {"MPI_BAND", "ompi_mpi_op_band", 0x58000006, 0x28},
	opOr:           {"MPI_BOR", "ompi_mpi_op_bor", 0x58000008, 0x29},
	opXor:          {"MPI_BXOR", "ompi_mpi_op_bxor", 0x5800000a, 0x2a},
	opLogicalAnd:   {"MPI_LAND", "ompi_mpi_op_land", 0x58000005, 0x30},
	opLogicalOr:    {"MPI_LOR", "ompi_mpi_op_lor", 0x58000007, 0x31},
	opLogicalXor:   {"MPI_LXOR", "ompi_mpi_op_lxor", 0x58000009, 0x32},
	opReplace:      {"MPI_REPLACE", "ompi_mpi_op_replace", 0x5800000d, 0x3c},
	opNoOp:         {"MPI_NO_OP", "ompi_mpi_op_no_op", 0x5800000e, 0x3d},
}

// endregion handles

// Integers, indexes of the table below. inPlace and statusIgnore are pointers in C.
const (
	anySource = iota
	anyTag
	procNull
	undefined
	inPlace
	statusIgnore
	threadSingle
	threadFunneled
	threadSerialized
	threadMultiple
	commTypeShared
	lockExclusive
	lockShared
	integerCount
)

var integerTable = [integerCount]struct {
	c                        string
	openMPI, mpich, standard int
}{
	anySource:        {"MPI_ANY_SOURCE", -1, -2, -1},
	anyTag:           {"MPI_ANY_TAG", -1, -1, -2},
	procNull:         {"MPI_PROC_NULL", -2, -1, -3},
	undefined:        {"MPI_UNDEFINED", -32766, -32766, -32766},
	inPlace:          {"MPI_IN_PLACE", 1, -1, 1},
	statusIgnore:     {"MPI_STATUS_IGNORE", 0, 1, 0},
	threadSingle:     {"MPI_THREAD_SINGLE", 0, 0, 0},
	threadFunneled:   {"MPI_THREAD_FUNNELED", 1, 1, 1024},
	threadSerialized: {"MPI_THREAD_SERIALIZED", 2, 2, 2048},
	threadMultiple:   {"MPI_THREAD_MULTIPLE", 3, 3, 4096},
	commTypeShared:   {"MPI_COMM_TYPE_SHARED", 0, 1, 221},
	lockExclusive:    {"MPI_LOCK_EXCLUSIVE", 1, 234, 301},
	lockShared:       {"MPI_LOCK_SHARED", 2, 235, 302},
}

// statusLayout says where the fields of an MPI_Status are. Only MPI-5.0 hides the count of bytes.
type statusLayout struct {
	size, source, tag int
	count             func(s *[8]uint64) int // nil: ask MPI_Get_count
}

var statusLayouts = [...]statusLayout{
	openMPI:  {24, 0, 4, func(s *[8]uint64) int { return int(s[2]) }},
	mpich:    {20, 8, 12, func(s *[8]uint64) int { return int(s[0]&0xffffffff | s[0]>>33<<32) }},
	standard: {32, 0, 4, nil},
}

// constants is the column of the tables that belongs to the loaded library.
type constants struct {
	kind    kind
	handle  [handleCount]uintptr
	integer [integerCount]int
	class   map[int32]Class
	status  statusLayout
}

// constantsOf returns the column of a kind. For Open MPI the handles are symbols, looked up by sym.
func constantsOf(k kind, sym func(name string) (uintptr, error)) (*constants, error) {
	c := &constants{kind: k, status: statusLayouts[k], class: map[int32]Class{}}
	for i, h := range handleTable {
		var err error
		switch k {
		case openMPI:
			c.handle[i], err = sym(h.openMPI)
		case mpich:
			c.handle[i] = h.mpich
		case standard:
			c.handle[i] = h.standard
		}
		if err != nil {
			return nil, err
		}
	}
	for i, v := range integerTable {
		c.integer[i] = [...]int{v.openMPI, v.mpich, v.standard}[k]
	}
	for _, v := range classTable {
		c.class[[...]int32{v.openMPI, v.mpich, v.standard}[k]] = v.class
	}
	return c, nil
}
