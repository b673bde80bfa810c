package pool

import (
	"bytes"
	"encoding"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"sync"
)

// A form is how Auto encodes the values of one type: the parts of a value one behind the other, without
// names, as both sides are the same program. Slices, maps, pointers and interfaces say whether they
// are nil, and how long they are.
type form struct {
	append func(dst []byte, v reflect.Value, depth int) ([]byte, error)
	decode func(data []byte, v reflect.Value, depth int) (rest []byte, err error)
}

// depthMax bounds how deep pointers, slices and maps may lie in each other.
const depthMax = 10_000

var (
	errDepth = fmt.Errorf("more than %d values lie in each other: a value that contains itself has no end", depthMax)
	errShort = errors.New("the value is cut short")
)

// forms holds a *form, or the error that says why there is none, for each type that was asked for.
var forms sync.Map

// formOf returns the form of a type. The error says why its values cannot travel.
func formOf(t reflect.Type) (*form, error) {
	known, ok := forms.Load(t)
	if !ok {
		f, err := (&former{map[reflect.Type]*form{}}).form(t)
		if known = f; err != nil {
			known = err
		}
		forms.Store(t, known)
	}
	if err, ok := known.(error); ok {
		return nil, err
	}
	return known.(*form), nil
}

// A former makes the form of a type, which may contain itself: then the form is there, but not yet complete.
type former struct{ begun map[reflect.Type]*form }

func (m *former) form(t reflect.Type) (*form, error) {
	if f := m.begun[t]; f != nil {
		return f, nil
	}
	f := new(form)
	m.begun[t] = f
	made, err := m.make(t)
	if err != nil {
		return nil, err
	}
	*f = made
	return f, nil
}

func (m *former) make(t reflect.Type) (form, error) {
	if by := marshalerOf(t, binaries); by != nil {
		return by.form(), nil
	}
	f, err := m.byKind(t)
	if err != nil {
		if by := marshalerOf(t, texts); by != nil {
			return by.form(), nil
		}
	}
	return f, err
}

func (m *former) byKind(t reflect.Type) (form, error) {
	switch t.Kind() {
	case reflect.Bool:
		return boolForm, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return intForm, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return uintForm, nil
	case reflect.Float32, reflect.Float64:
		return floatForm, nil
	case reflect.Complex64, reflect.Complex128:
		return complexForm, nil
	case reflect.String:
		return stringForm, nil
	case reflect.Interface:
		return interfaceForm, nil
	case reflect.Pointer:
		return m.pointer(t)
	case reflect.Slice:
		return m.slice(t)
	case reflect.Array:
		return m.array(t)
	case reflect.Map:
		return m.mapping(t)
	case reflect.Struct:
		return m.structure(t)
	}
	return form{}, fmt.Errorf("a %v cannot be sent to another process", t)
}

var boolForm = form{
	func(dst []byte, v reflect.Value, _ int) ([]byte, error) { return appendBool(dst, v.Bool()), nil },
	func(data []byte, v reflect.Value, _ int) ([]byte, error) {
		b, rest, err := cutBool(data)
		v.SetBool(b)
		return rest, err
	}}

var intForm = form{
	func(dst []byte, v reflect.Value, _ int) ([]byte, error) {
		return binary.AppendVarint(dst, v.Int()), nil
	},
	func(data []byte, v reflect.Value, _ int) ([]byte, error) {
		n, size := binary.Varint(data)
		if size <= 0 || v.OverflowInt(n) {
			return nil, errNumber
		}
		v.SetInt(n)
		return data[size:], nil
	}}

var uintForm = form{
	func(dst []byte, v reflect.Value, _ int) ([]byte, error) {
		return binary.AppendUvarint(dst, v.Uint()), nil
	},
	func(data []byte, v reflect.Value, _ int) ([]byte, error) {
		n, size := binary.Uvarint(data)
		if size <= 0 || v.OverflowUint(n) {
			return nil, errNumber
		}
		v.SetUint(n)
		return data[size:], nil
	}}

var floatForm = form{
	func(dst []byte, v reflect.Value, _ int) ([]byte, error) { return appendFloat(dst, v.Float()), nil },
	func(data []byte, v reflect.Value, _ int) ([]byte, error) {
		x, rest, err := cutFloat(data)
		v.SetFloat(x)
		return rest, err
	}}

var complexForm = form{
	func(dst []byte, v reflect.Value, _ int) ([]byte, error) {
		return appendFloat(appendFloat(dst, real(v.Complex())), imag(v.Complex())), nil
	},
	func(data []byte, v reflect.Value, _ int) ([]byte, error) {
		re, rest, err := cutFloat(data)
		if err != nil {
			return nil, err
		}
		im, rest, err := cutFloat(rest)
		v.SetComplex(complex(re, im))
		return rest, err
	}}

var stringForm = form{
	func(dst []byte, v reflect.Value, _ int) ([]byte, error) {
		return append(binary.AppendUvarint(dst, uint64(v.Len())), v.String()...), nil
	},
	func(data []byte, v reflect.Value, _ int) ([]byte, error) {
		s, rest, err := cutBytes(data)
		v.SetString(string(s))
		return rest, err
	}}

// What is in an interface is known by its name only to gob, with which its type has to be registered.
var interfaceForm = form{
	func(dst []byte, v reflect.Value, _ int) ([]byte, error) {
		if v.IsNil() {
			return appendBool(dst, false), nil
		}
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).EncodeValue(v.Addr()); err != nil {
			return dst, err
		}
		return appendBytes(appendBool(dst, true), b.Bytes()), nil
	},
	func(data []byte, v reflect.Value, _ int) ([]byte, error) {
		there, rest, err := cutBool(data)
		if !there || err != nil {
			v.SetZero()
			return rest, err
		}
		b, rest, err := cutBytes(rest)
		if err == nil {
			err = gob.NewDecoder(bytes.NewReader(b)).DecodeValue(v.Addr())
		}
		return rest, err
	}}

func (m *former) pointer(t reflect.Type) (form, error) {
	elem, err := m.form(t.Elem())
	if err != nil {
		return form{}, err
	}
	return form{
		func(dst []byte, v reflect.Value, depth int) ([]byte, error) {
			switch dst = appendBool(dst, !v.IsNil()); {
			case v.IsNil():
				return dst, nil
			case depth == depthMax:
				return dst, errDepth
			}
			return elem.append(dst, v.Elem(), depth+1)
		},
		func(data []byte, v reflect.Value, depth int) ([]byte, error) {
			there, rest, err := cutBool(data)
			if !there || err != nil {
				v.SetZero()
				return rest, err
			}
			if depth == depthMax {
				return nil, errDepth
			}
			v.Set(reflect.New(t.Elem()))
			return elem.decode(rest, v.Elem(), depth+1)
		}}, nil
}

func (m *former) slice(t reflect.Type) (form, error) {
	elem, err := m.form(t.Elem())
	if err != nil {
		return form{}, err
	}
	isBytes := t.Elem().Kind() == reflect.Uint8 && !hasMethods(t.Elem())
	return form{
		func(dst []byte, v reflect.Value, depth int) (_ []byte, err error) {
			if v.IsNil() {
				return append(dst, 0), nil
			}
			n := v.Len()
			dst = binary.AppendUvarint(dst, uint64(n)+1)
			switch {
			case isBytes:
				return append(dst, v.Bytes()...), nil
			case depth == depthMax:
				return dst, errDepth
			case t.Elem().Size() == 0:
				return dst, nil
			}
			for i := 0; i < n && err == nil; i++ {
				dst, err = elem.append(dst, v.Index(i), depth+1)
			}
			return dst, err
		},
		func(data []byte, v reflect.Value, depth int) ([]byte, error) {
			n, rest, err := cutLength(data)
			hollow := t.Elem().Size() == 0 // there is nothing in its elements, and all others take a byte
			switch {
			case n < 0 || err != nil:
				v.SetZero()
				return rest, err
			case n > len(rest) && !hollow:
				return nil, errShort
			case depth == depthMax:
				return nil, errDepth
			}
			v.Set(reflect.MakeSlice(t, n, n))
			if hollow {
				return rest, nil
			}
			if isBytes {
				return rest[copy(v.Bytes(), rest[:n]):], nil
			}
			for i := 0; i < n && err == nil; i++ {
				rest, err = elem.decode(rest, v.Index(i), depth+1)
			}
			return rest, err
		}}, nil
}

func (m *former) array(t reflect.Type) (form, error) {
	elem, err := m.form(t.Elem())
	if err != nil {
		return form{}, err
	}
	n := t.Len()
	if t.Size() == 0 {
		n = 0 // there is nothing in its elements
	}
	return form{
		func(dst []byte, v reflect.Value, depth int) (_ []byte, err error) {
			for i := 0; i < n && err == nil; i++ {
				dst, err = elem.append(dst, v.Index(i), depth)
			}
			return dst, err
		},
		func(data []byte, v reflect.Value, depth int) (_ []byte, err error) {
			for i := 0; i < n && err == nil; i++ {
				data, err = elem.decode(data, v.Index(i), depth)
			}
			return data, err
		}}, nil
}

func (m *former) mapping(t reflect.Type) (form, error) {
	key, err := m.form(t.Key())
	if err != nil {
		return form{}, err
	}
	elem, err := m.form(t.Elem())
	if err != nil {
		return form{}, err
	}
	return form{
		func(dst []byte, v reflect.Value, depth int) (_ []byte, err error) {
			if v.IsNil() {
				return append(dst, 0), nil
			}
			if depth == depthMax {
				return dst, errDepth
			}
			dst = binary.AppendUvarint(dst, uint64(v.Len())+1)
			k, e := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem() // methods may need an address
			for i := v.MapRange(); i.Next() && err == nil; {
				k.SetIterKey(i)
				e.SetIterValue(i)
				if dst, err = key.append(dst, k, depth+1); err == nil {
					dst, err = elem.append(dst, e, depth+1)
				}
			}
			return dst, err
		},
		func(data []byte, v reflect.Value, depth int) ([]byte, error) {
			n, rest, err := cutLength(data)
			switch {
			case n < 0 || err != nil:
				v.SetZero()
				return rest, err
			case n > len(rest)+1: // only a map of one entry can do without a byte
				return nil, errShort
			case depth == depthMax:
				return nil, errDepth
			}
			v.Set(reflect.MakeMap(t))
			for i := 0; i < n && err == nil; i++ {
				k, e := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
				if rest, err = key.decode(rest, k, depth+1); err == nil {
					if rest, err = elem.decode(rest, e, depth+1); err == nil {
						v.SetMapIndex(k, e)
					}
				}
			}
			return rest, err
		}}, nil
}

func (m *former) structure(t reflect.Type) (form, error) {
	type part struct {
		index int
		*form
	}
	var parts []part
	size := uintptr(0)
	for i := range t.NumField() {
		field := t.Field(i)
		if field.Name == "_" {
			continue
		}
		f, err := m.field(t, field)
		if err != nil {
			return form{}, err
		}
		parts = append(parts, part{i, f})
		size += field.Type.Size()
	}
	if size == 0 && t.Size() > 0 {
		return form{}, fmt.Errorf("%v has no field that could be sent to another process", t)
	}
	return form{
		func(dst []byte, v reflect.Value, depth int) (_ []byte, err error) {
			for _, p := range parts {
				if dst, err = p.append(dst, v.Field(p.index), depth); err != nil {
					break
				}
			}
			return dst, err
		},
		func(data []byte, v reflect.Value, depth int) (_ []byte, err error) {
			for _, p := range parts {
				if data, err = p.decode(data, v.Field(p.index), depth); err != nil {
					break
				}
			}
			return data, err
		}}, nil
}

func (m *former) field(t reflect.Type, field reflect.StructField) (*form, error) {
	if field.IsExported() {
		return m.form(field.Type)
	}
	// The exported fields of an embedded struct belong to the outer one.
	if field.Anonymous && field.Type.Kind() == reflect.Struct && !hasMethods(field.Type) {
		f, err := m.structure(field.Type)
		return &f, err
	}
	return nil, fmt.Errorf("%v has the field %s, which is not exported and would not be sent: "+
		"give the type MarshalBinary and UnmarshalBinary, or the function another codec", t, field.Name)
}

// A marshaler is a pair of interfaces by which a type says itself how it is encoded.
type marshaler struct {
	append, decode reflect.Type
	method         func(reflect.Type) (reflect.Method, bool) // the first of them
	appendTo       func(dst []byte, v any) ([]byte, error)
	decodeFrom     func(data []byte, v any) error
}

var binaryUnmarshaler = reflect.TypeFor[encoding.BinaryUnmarshaler]()

// The linker keeps a method that is looked up by its name in full, and so each is.
var (
	binaries = []marshaler{
		{reflect.TypeFor[encoding.BinaryAppender](), binaryUnmarshaler,
			func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("AppendBinary") },
			func(dst []byte, v any) ([]byte, error) { return v.(encoding.BinaryAppender).AppendBinary(dst) },
			func(data []byte, v any) error { return v.(encoding.BinaryUnmarshaler).UnmarshalBinary(data) }},
		{reflect.TypeFor[encoding.BinaryMarshaler](), binaryUnmarshaler,
			func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("MarshalBinary") },
			func(dst []byte, v any) ([]byte, error) {
				b, err := v.(encoding.BinaryMarshaler).MarshalBinary()
				return append(dst, b...), err
			},
			func(data []byte, v any) error { return v.(encoding.BinaryUnmarshaler).UnmarshalBinary(data) }},
		{reflect.TypeFor[gob.GobEncoder](), reflect.TypeFor[gob.GobDecoder](),
			func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("GobEncode") },
			func(dst []byte, v any) ([]byte, error) {
				b, err := v.(gob.GobEncoder).GobEncode()
				return append(dst, b...), err
			},
			func(data []byte, v any) error { return v.(gob.GobDecoder).GobDecode(data) }},
	}
	texts = []marshaler{
		{reflect.TypeFor[encoding.TextMarshaler](), reflect.TypeFor[encoding.TextUnmarshaler](),
			func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("MarshalText") },
			func(dst []byte, v any) ([]byte, error) {
				b, err := v.(encoding.TextMarshaler).MarshalText()
				return append(dst, b...), err
			},
			func(data []byte, v any) error { return v.(encoding.TextUnmarshaler).UnmarshalText(data) }},
	}
)

// marshalerOf returns which of the pairs t has itself, if any, with a receiver that may be a pointer.
func marshalerOf(t reflect.Type, pairs []marshaler) *marshaler {
	pointer := reflect.PointerTo(t)
	for i := range pairs {
		m := &pairs[i]
		if t.Kind() != reflect.Interface && pointer.Implements(m.append) && pointer.Implements(m.decode) && !promoted(t, m) {
			return m
		}
	}
	return nil
}

func hasMethods(t reflect.Type) bool { return marshalerOf(t, binaries) != nil }

// promoted reports whether a struct has the method only because it embeds a type that has: it says
// nothing of the other fields. The compiler writes such a method, and notes that it did.
func promoted(t reflect.Type, m *marshaler) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	method, ok := m.method(t)
	if !ok { // the receiver is a pointer
		if method, ok = m.method(reflect.PointerTo(t)); !ok {
			return false
		}
	}
	pc := method.Func.Pointer()
	file, _ := runtime.FuncForPC(pc).FileLine(pc)
	return file == "<autogenerated>"
}

// form returns the form of a type that has the methods.
func (m *marshaler) form() form {
	return form{
		func(dst []byte, v reflect.Value, _ int) ([]byte, error) {
			start := len(dst)
			dst, err := m.appendTo(openItem(dst), v.Addr().Interface())
			if err != nil {
				return dst, err
			}
			return closeItem(dst, start), nil
		},
		func(data []byte, v reflect.Value, _ int) ([]byte, error) {
			item, rest, err := cutItem(data)
			if err == nil {
				err = m.decodeFrom(item, v.Addr().Interface())
			}
			return rest, err
		}}
}
