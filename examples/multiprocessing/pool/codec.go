package pool

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"encoding/json"
	"errors"
	"math"
	"reflect"
)

// A Codec turns arguments and results into bytes and back. It is used by several goroutines at
// once. Both methods get a pointer to the value. Append must not keep dst, nor Decode data.
type Codec interface {
	Append(dst []byte, v any) ([]byte, error)
	Decode(data []byte, v any) error
}

// The codecs of this package. Auto is the default. A value arrives as it was sent: what is nil is nil,
// what is empty is empty, a pointer to zero points to zero. These are its rules:
//
//   - Types with MarshalBinary or AppendBinary and UnmarshalBinary, or with GobEncode and GobDecode,
//     travel by these methods, be their receivers values or pointers. What a struct has only from a
//     type it embeds does not count, as it says nothing of the other fields.
//   - All others travel by their parts: the elements of slices, arrays and maps, what pointers point to,
//     and the fields of structs. Two pointers to one variable become pointers to two, and a value that
//     contains itself is an error.
//   - What cannot travel by its parts may have MarshalText and UnmarshalText.
//   - What is in an interface travels by encoding/gob, with its rules; gob.Register has to know its type.
//
// A channel, a function, an unsafe.Pointer, or a struct with a field that is not exported (and is not called _) has
// no form: [Func] refuses it.
//
// Gob and JSON are encoding/gob and encoding/json, with their rules. Among Gob's: in a struct, a
// pointer to zero and an empty slice arrive as nil; fields that are not exported are left out;
// a nil pointer is an error. Among JSON's: a NaN is an error, and what is in an interface changes its type.
var (
	Auto Codec = autoCodec{}
	Gob  Codec = gobCodec{}
	JSON Codec = jsonCodec{}
)

type gobCodec struct{}

func (gobCodec) Append(dst []byte, v any) ([]byte, error) {
	// Of a pointer to a pointer, gob does not find the methods.
	for p := reflect.ValueOf(v).Elem(); p.Kind() == reflect.Pointer; p = p.Elem() {
		if p.IsNil() {
			return dst, errors.New("gob cannot encode a nil pointer")
		}
		v = p.Interface()
	}
	buf := bytes.NewBuffer(dst)
	err := gob.NewEncoder(buf).Encode(v)
	return buf.Bytes(), err
}

func (gobCodec) Decode(data []byte, v any) error {
	r := bytes.NewReader(data)
	if err := gob.NewDecoder(r).Decode(v); err != nil {
		return err
	}
	if r.Len() > 0 {
		return errTrailing
	}
	return nil
}

type jsonCodec struct{}

func (jsonCodec) Append(dst []byte, v any) ([]byte, error) {
	b, err := json.Marshal(v)
	return append(dst, b...), err
}

func (jsonCodec) Decode(data []byte, v any) error { return json.Unmarshal(data, v) }

type autoCodec struct{}

var (
	errTrailing = errors.New("bytes are left over after the value")
	errNumber   = errors.New("not a number of this size")
	errBoolean  = errors.New("not a boolean")
)

func (autoCodec) Append(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case *int:
		return binary.AppendVarint(dst, int64(*v)), nil
	case *int64:
		return binary.AppendVarint(dst, *v), nil
	case *int32:
		return binary.AppendVarint(dst, int64(*v)), nil
	case *uint64:
		return binary.AppendUvarint(dst, *v), nil
	case *uint32:
		return binary.AppendUvarint(dst, uint64(*v)), nil
	case *float64:
		return appendFloat(dst, *v), nil
	case *bool:
		return appendBool(dst, *v), nil
	case *string:
		return append(dst, *v...), nil
	case *[]byte: // with a byte in front, unless it is nil
		if *v == nil {
			return dst, nil
		}
		return append(append(dst, 1), *v...), nil
	}
	p := reflect.ValueOf(v).Elem()
	f, err := formOf(p.Type())
	if err != nil {
		return dst, err
	}
	return f.append(dst, p, 0)
}

func (autoCodec) Decode(data []byte, v any) error {
	switch v := v.(type) {
	case *int:
		n, err := varint(data, math.MinInt, math.MaxInt)
		*v = int(n)
		return err
	case *int64:
		n, err := varint(data, math.MinInt64, math.MaxInt64)
		*v = n
		return err
	case *int32:
		n, err := varint(data, math.MinInt32, math.MaxInt32)
		*v = int32(n)
		return err
	case *uint64:
		n, err := uvarint(data, math.MaxUint64)
		*v = n
		return err
	case *uint32:
		n, err := uvarint(data, math.MaxUint32)
		*v = uint32(n)
		return err
	case *float64:
		x, rest, err := cutFloat(data)
		*v = x
		return trailing(rest, err)
	case *bool:
		b, rest, err := cutBool(data)
		*v = b
		return trailing(rest, err)
	case *string:
		*v = string(data)
		return nil
	case *[]byte:
		if len(data) == 0 {
			*v = nil
			return nil
		}
		there, rest, err := cutBool(data)
		if err != nil || !there {
			return errBoolean
		}
		*v = append(make([]byte, 0, len(rest)), rest...)
		return nil
	}
	p := reflect.ValueOf(v).Elem()
	f, err := formOf(p.Type())
	if err != nil {
		return err
	}
	return trailing(f.decode(data, p, 0))
}

func trailing(rest []byte, err error) error {
	if err == nil && len(rest) > 0 {
		return errTrailing
	}
	return err
}

func varint(data []byte, lo, hi int64) (int64, error) {
	n, size := binary.Varint(data)
	if size <= 0 || n < lo || n > hi {
		return 0, errNumber
	}
	return n, trailing(data[size:], nil)
}

func uvarint(data []byte, hi uint64) (uint64, error) {
	n, size := binary.Uvarint(data)
	if size <= 0 || n > hi {
		return 0, errNumber
	}
	return n, trailing(data[size:], nil)
}

func appendBool(dst []byte, b bool) []byte {
	if b {
		return append(dst, 1)
	}
	return append(dst, 0)
}

func cutBool(data []byte) (b bool, rest []byte, err error) {
	if len(data) == 0 || data[0] > 1 {
		return false, nil, errBoolean
	}
	return data[0] == 1, data[1:], nil
}

func appendFloat(dst []byte, x float64) []byte {
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(x))
}

func cutFloat(data []byte) (x float64, rest []byte, err error) {
	if len(data) < 8 {
		return 0, nil, errShort
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(data)), data[8:], nil
}

// cutLength returns a length as slices and maps have it: 0 is nil, which is returned as -1, and 1 is empty.
func cutLength(data []byte) (n int, rest []byte, err error) {
	v, size := binary.Uvarint(data)
	if size <= 0 || v > math.MaxInt {
		return 0, nil, errNumber
	}
	return int(v) - 1, data[size:], nil
}

func appendBytes(dst, b []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(b))), b...)
}

func cutBytes(data []byte) (b, rest []byte, err error) {
	n, size := binary.Uvarint(data)
	if size <= 0 || n > uint64(len(data)-size) {
		return nil, nil, errShort
	}
	return data[size : size+int(n)], data[size+int(n):], nil
}

// isPlain reports whether Auto encodes what v points to by itself.
func isPlain(v any) bool {
	switch v.(type) {
	case *int, *int64, *int32, *uint64, *uint32, *float64, *bool, *string, *[]byte:
		return true
	}
	return false
}
