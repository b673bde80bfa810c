package pool

import (
	"bytes"
	"encoding"
	"encoding/binary"
	"encoding/gob"
	"encoding/json"
	"errors"
	"io"
	"math"
)

// A Codec turns arguments and results into bytes and back. It is used by several goroutines at
// once. Both methods get a pointer to the value.
type Codec interface {
	Append(dst []byte, v any) ([]byte, error)
	Decode(data []byte, v any) error
}

// The codecs of this package. Auto is the default: strings, byte slices, booleans and numbers in
// their shortest form, types that implement [encoding.BinaryMarshaler] and
// [encoding.BinaryUnmarshaler] by their methods, and all others by Gob.
var (
	Auto Codec = autoCodec{}
	Gob  Codec = gobCodec{} // every type that encoding/gob takes
	JSON Codec = jsonCodec{}
)

type gobCodec struct{}

func (gobCodec) Append(dst []byte, v any) ([]byte, error) {
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

var errTrailing = errors.New("bytes are left over after the value")

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
		return binary.LittleEndian.AppendUint64(dst, math.Float64bits(*v)), nil
	case *bool:
		if *v {
			return append(dst, 1), nil
		}
		return append(dst, 0), nil
	case *string:
		return append(dst, *v...), nil
	case *[]byte:
		return append(dst, *v...), nil
	case *struct{}:
		return dst, nil
	case encoding.BinaryAppender:
		if _, ok := any(v).(encoding.BinaryUnmarshaler); ok {
			return v.AppendBinary(dst)
		}
	case encoding.BinaryMarshaler:
		if _, ok := any(v).(encoding.BinaryUnmarshaler); ok {
			b, err := v.MarshalBinary()
			return append(dst, b...), err
		}
	}
	return Gob.Append(dst, v)
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
		if len(data) != 8 {
			return io.ErrUnexpectedEOF
		}
		*v = math.Float64frombits(binary.LittleEndian.Uint64(data))
		return nil
	case *bool:
		if len(data) != 1 || data[0] > 1 {
			return errors.New("not a boolean")
		}
		*v = data[0] == 1
		return nil
	case *string:
		*v = string(data)
		return nil
	case *[]byte:
		*v = bytes.Clone(data)
		return nil
	case *struct{}:
		if len(data) > 0 {
			return errTrailing
		}
		return nil
	case encoding.BinaryUnmarshaler:
		_, appends := any(v).(encoding.BinaryAppender)
		_, marshals := any(v).(encoding.BinaryMarshaler)
		if appends || marshals {
			return v.UnmarshalBinary(data)
		}
	}
	return Gob.Decode(data, v)
}

func varint(data []byte, lo, hi int64) (int64, error) {
	n, size := binary.Varint(data)
	if size <= 0 || n < lo || n > hi {
		return 0, errors.New("not a whole number of this size")
	}
	if size != len(data) {
		return 0, errTrailing
	}
	return n, nil
}

func uvarint(data []byte, hi uint64) (uint64, error) {
	n, size := binary.Uvarint(data)
	if size <= 0 || n > hi {
		return 0, errors.New("not a whole number of this size")
	}
	if size != len(data) {
		return 0, errTrailing
	}
	return n, nil
}

// isPlain reports whether Auto encodes what v points to by itself.
func isPlain(v any) bool {
	switch v.(type) {
	case *int, *int64, *int32, *uint64, *uint32, *float64, *bool, *string, *[]byte, *struct{}:
		return true
	}
	return false
}
