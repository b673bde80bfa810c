package mpi

import "reflect"

// Raw calls any function of the MPI library by its C name: the way to what this package does not
// bind. Nothing is checked, and nothing is kept: a pointer converted to uintptr in the argument list
// is valid until Raw returns and no longer. For a nonblocking call that is too short: see
// runtime.Pinner. Functions with floating-point arguments or more than twelve arguments (on Apple's
// arm64, nine) cannot be called.
//
//go:uintptrescapes
func Raw(name string, args ...uintptr) error {
	if dl == 0 {
		return notRunning(name)
	}
	most := len(arguments{})
	if packsStack {
		most = 9 // it depends on the types of the others where they lie
	}
	if len(args) > most {
		return bad(name, ErrArg, "%d arguments: Raw passes on at most %d", len(args), most)
	}
	f, err := dlsym(dl, name)
	if err != nil {
		return bad(name, ErrArg, "%s has no such function", dlPath)
	}
	return call(name, f, args...)
}

// Handle returns the communicator as C knows it, for Raw.
func (c *Comm) Handle() uintptr { return c.handle }

// Datatype returns the MPI datatype of T as C knows it, for Raw.
func Datatype[T Scalar]() uintptr {
	return abi.handle[typeOfKind[reflect.TypeFor[T]().Kind()]]
}

// Handle returns the operation as C knows it, for Raw.
func (o Op) Handle() uintptr {
	if own := o.own(); own != nil {
		return own.handle
	}
	return abi.handle[o]
}

// Handle returns the window as C knows it, for Raw.
func (w *Window[T]) Handle() uintptr { return w.handle }

// InfoNull returns MPI_INFO_NULL, for Raw.
func InfoNull() uintptr { return abi.handle[infoNull] }

// StatusIgnore returns MPI_STATUS_IGNORE, for Raw.
func StatusIgnore() uintptr { return uintptr(abi.integer[statusIgnore]) }
