package pool_test

//lint:file-ignore U1000 some fields are there to be refused

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/lockstep/examples/multiprocessing/pool"
)

type (
	optional struct {
		Limit *int
		On    *bool
		Name  *string
	}
	// event has MarshalBinary from time.Time, which knows nothing of Name.
	event struct {
		time.Time
		Name string
	}
	eventByPointer struct {
		*big.Int
		Name string
	}
	// own embeds time.Time too, but says itself how it travels. So does ownByPointer.
	own struct {
		time.Time
		secret int
	}
	ownByPointer struct {
		time.Time
		secret int
	}
	base     struct{ A int }
	embedder struct {
		base
		_ [4]byte
		B string
	}
	list struct {
		Value int
		Next  *list
	}
	tree   struct{ Children [][2]tree }
	number uint8
	sample struct {
		B  bool
		I8 int8
		U  uint64
		F  float32
		C  complex128
		S  string
		N  []number
		A  [2]*int
		M  map[string][]byte
		D  time.Duration
		E  []struct{}
		K  map[netip.Addr]*big.Int
		X  any
		Y  any
		P  **int
		R  *regexp.Regexp // it has text methods alone
	}
)

func (o own) MarshalBinary() ([]byte, error)                  { return []byte{byte(o.secret)}, nil }
func (o *own) UnmarshalBinary(b []byte) error                 { o.secret = int(b[0]); return nil }
func (o *ownByPointer) AppendBinary(b []byte) ([]byte, error) { return append(b, byte(o.secret)), nil }
func (o *ownByPointer) UnmarshalBinary(b []byte) error        { o.secret = int(b[0]); return nil }

func ptr[T any](v T) *T { return &v }

// copied sends a value through a codec.
func copied(t *testing.T, c pool.Codec, v any) any {
	t.Helper()
	in := reflect.New(reflect.TypeOf(v))
	in.Elem().Set(reflect.ValueOf(v))
	data, err := c.Append([]byte("before"), in.Interface())
	if err != nil {
		t.Errorf("%T: encode: %v", v, err)
		return nil
	}
	data, ok := bytes.CutPrefix(data, []byte("before"))
	out := reflect.New(reflect.TypeOf(v))
	if err := c.Decode(data, out.Interface()); err != nil || !ok {
		t.Errorf("%T: decode: %v", v, err)
	}
	if c == pool.Auto {
		if _, plain := v.(string); !plain && reflect.TypeOf(v) != reflect.TypeFor[[]byte]() &&
			c.Decode(append(bytes.Clone(data), 0), reflect.New(reflect.TypeOf(v)).Interface()) == nil {
			t.Errorf("%T: a byte too many was decoded", v)
		}
	}
	return out.Elem().Interface()
}

// With the default codec a value arrives as it was sent.
func TestAutoIsExact(t *testing.T) {
	when := time.Unix(5, 7).UTC()
	link, err := url.Parse("http://user:word@host/path?q")
	check(t, err)
	for _, v := range []any{
		0, int64(math.MinInt64), int32(-1), int16(5), uint64(math.MaxUint64), uint8(255), uintptr(3), true,
		"", "text", 1.5, math.Copysign(0, -1), complex64(complex(1, -2)), time.Minute, number(7), struct{}{},
		[]byte(nil), []byte{}, []byte{0, 1}, []number{}, []string(nil), []string{}, []string{"", "a"},
		map[string]int(nil), map[string]int{}, map[string]*int{"a": ptr(0), "b": nil, "c": ptr(1)}, map[struct{}]struct{}{{}: {}},
		ptr(0), (*int)(nil), ptr(ptr("")), [3]*int{ptr(0), nil, ptr(2)}, []struct{}{{}, {}}, make([]struct{}, 1<<30), [2]struct{}{},
		optional{ptr(0), ptr(false), ptr("")}, optional{}, []*optional{{Limit: ptr(0)}, nil},
		big.NewInt(5), *big.NewInt(-5), big.NewInt(0), (*big.Int)(nil), big.NewRat(1, 2), []*big.Int{big.NewInt(7), nil},
		link, *link, when, &when, ptr(netip.MustParseAddr("::1")), netip.MustParsePrefix("10.0.0.0/8"),
		event{when, "launch"}, &event{when, ""}, eventByPointer{big.NewInt(3), "three"}, eventByPointer{nil, "none"},
		own{secret: 3}, &own{secret: 4}, []own{{secret: 5}}, ownByPointer{secret: 6}, map[string]ownByPointer{"": {secret: 7}},
		embedder{base: base{1}, B: "b"}, &list{1, &list{2, nil}}, tree{[][2]tree{{{}, {[][2]tree{{}}}}, {}}},
		sample{true, -8, 1 << 60, 0.1, complex(0, math.Copysign(0, -1)), "s", []number{1}, [2]*int{ptr(0)},
			map[string][]byte{"nil": nil, "empty": {}, "one": {1}}, time.Second, []struct{}{{}},
			map[netip.Addr]*big.Int{netip.MustParseAddr("::2"): big.NewInt(0)}, 5, nil, ptr(ptr(0)), regexp.MustCompile("a+")},
	} {
		if got := copied(t, pool.Auto, v); !reflect.DeepEqual(got, v) {
			t.Errorf("%T: sent %+v, got %+v", v, v, got)
		}
	}
	if got := copied(t, pool.Auto, math.NaN()); !math.IsNaN(got.(float64)) {
		t.Error(got)
	}
	for _, v := range []any{big.NewInt(5), *big.NewInt(6), link, &when, ptr(0), ptr(ptr("a")), []*big.Int{big.NewInt(7)}} {
		if got := copied(t, pool.Gob, v); !reflect.DeepEqual(got, v) {
			t.Errorf("gob: %T: sent %v, got %v", v, v, got)
		}
	}
	if b, err := pool.Gob.Append(nil, ptr((*big.Int)(nil))); err == nil {
		t.Errorf("gob encoded a nil pointer as %x", b)
	}
}

// What has no end is an error, on the way there and on the way back, and no overflow of the stack;
// what is announced is not allocated before it is there.
func TestAutoIsBounded(t *testing.T) {
	ring := &list{Value: 1}
	ring.Next = ring
	if _, err := pool.Auto.Append(nil, &ring); err == nil || !strings.Contains(err.Error(), "contains itself") {
		t.Error(err)
	}
	type nest []nest
	endless := nest{nil}
	endless[0] = endless
	if _, err := pool.Auto.Append(nil, &endless); err == nil {
		t.Error("a slice that contains itself was encoded")
	}
	if err := pool.Auto.Decode(bytes.Repeat([]byte{2}, 1<<24), &endless); err == nil {
		t.Error("2^24 slices in each other were decoded")
	}
	huge := binary.AppendUvarint(nil, 1<<40)
	for _, v := range []any{new([]int), new([]string), new([]list), new(map[int]int), new([][4]int), new([]optional)} {
		if err := pool.Auto.Decode(huge, v); err == nil {
			t.Errorf("%T: 2^40 elements of 6 bytes", v)
		}
	}
}

var factorial = pool.Func("factorial", func(_ context.Context, n int) (*big.Int, error) {
	return new(big.Int).MulRange(1, int64(n)), nil
})

func TestAPointerWithMethodsTravels(t *testing.T) {
	if v, err := factorial.Call(t.Context(), newPool(t), 20); err != nil || v.String() != "2432902008176640000" {
		t.Error(v, err)
	}
}

type (
	hidden   struct{ Open, closed int }
	oneWay   struct{ n int }
	nothing  struct{ _ int }
	inLayers struct{ M map[string][]*hidden }
	stamp    struct{ own }
)

func (o oneWay) MarshalBinary() ([]byte, error) { return nil, nil }

func refused[In, Out any](codec ...pool.Codec) (said any) {
	defer func() { said = recover() }()
	pool.Func("refused", func(context.Context, In) (out Out, _ error) { return }, codec...)
	return nil
}

// What the default codec cannot send is refused when the function is registered.
func TestFuncRefusesWhatCannotTravel(t *testing.T) {
	for _, tt := range []struct {
		said any
		want string
	}{
		{refused[chan int, int](), "argument: a chan int cannot be sent"},
		{refused[int, func()](), "result: a func() cannot be sent"},
		{refused[hidden, int](), "argument: pool_test.hidden has the field closed, which is not exported"},
		{refused[int, *inLayers](), "result: pool_test.hidden has the field closed"},
		{refused[oneWay, int](), "argument: pool_test.oneWay has the field n"},
		{refused[nothing, int](), "argument: pool_test.nothing has no field"},
		{refused[stamp, int](), "argument: pool_test.stamp has the field own"},
		{refused[int, int](pool.Gob, pool.JSON), "one codec at most"},
	} {
		if s, ok := tt.said.(string); !ok || !strings.Contains(s, `pool: function "refused": `) || !strings.Contains(s, tt.want) {
			t.Errorf("got %v, want %s", tt.said, tt.want)
		}
	}
}
