package main

import (
	"context"
	"os"
)

var made []float64 // the numbers made; each process has a list of its own

// runLostList lets processes fill the list, and looks at it afterwards.
func runLostList(args []string) error {
	fs := newFlags("lostlist")
	given := listFlags(fs)
	if err := parse(fs, args); err != nil {
		return err
	}
	j := given()
	reports := make([]string, j.tasks)
	note := func(w *worker, task int) (err error) {
		reports[task-1], err = w.askLine(task)
		return err
	}
	if err := j.share(context.Background(), j.tasks, "lostlist-child", nil, note); err != nil {
		return err
	}
	for _, report := range reports {
		say("%s", report)
	}
	say("the parent's list has %d numbers", len(made))
	return nil
}

func lostListChild(args []string) error {
	j, err := childJob(args)
	if err != nil {
		return err
	}
	for task := range numbers(os.Stdin) {
		random := stream(j.seed, task)
		for range j.count {
			made = append(made, random.Float64()) // NOTE: incorrect: the parent has another list
		}
		say("[task %d] the list has %d numbers", task, len(made))
	}
	return nil
}
