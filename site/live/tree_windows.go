package main

import (
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

const exeSuffix = ".exe"

// adopt puts this process into a job that ends with it: what it starts is born inside.
func adopt() error {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return err
	}
	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	info.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	if _, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info))); err != nil {
		return err
	}
	return windows.AssignProcessToJobObject(job, windows.CurrentProcess())
}

// killTree kills the program: its descendants end with this process's job.
func killTree(program int, mark string, waited <-chan struct{}) {
	if p, err := os.FindProcess(program); err == nil {
		p.Kill()
	}
}

func ownGroup() *syscall.SysProcAttr { return nil }

func signalOf(*os.ProcessState) int { return 0 }
