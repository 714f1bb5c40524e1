package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"kabinet/domain"
	"kabinet/internal/job"
)

// importLook is how often a running import is looked at: what it shows is recorded, and a wish to call it off is heard.
const importLook = time.Second

// errCalledOff is the cause of the end of an import that somebody called off.
var errCalledOff = errors.New("the import was called off")

// run does an import as a job. A worker that dies leaves the job to the next one, which goes on where the files' own runs stand.
func (in *intake) run(ctx context.Context, j job.Job) error {
	var args struct {
		Import int64 `json:"import"`
	}
	if err := j.Decode(&args); err != nil {
		return err
	}
	i, err := in.st.TakeImport(ctx, args.Import)
	if errors.Is(err, domain.ErrNotFound) { // it has ended
		return nil
	}
	if err != nil {
		return err
	}
	work, stop := context.WithCancelCause(ctx)
	gauge := &importGauge{}
	looked := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(looked)
		in.watch(ctx, i, gauge, done, func() { stop(errCalledOff) })
	}()
	err = in.take(work, i, gauge)
	calledOff := errors.Is(context.Cause(work), errCalledOff)
	close(done)
	<-looked
	stop(nil)
	end, ended := verdict(err, calledOff, ctx.Err() != nil, j.Attempt >= j.MaxAttempts)
	if !ended {
		return err
	}
	end.Detail = in.withoutPaths(i, end.Detail)
	end.ImportProgress = gauge.progress()
	if end.State == domain.ImportDone {
		figures, err := json.Marshal(gauge.report)
		if err != nil {
			return fmt.Errorf("write the figures: %w", err)
		}
		end.Figures = string(figures)
	} else {
		in.log.Warn("an import ended early", "import", i.ID, "state", end.State, "error", err)
	}
	return in.st.EndImport(context.WithoutCancel(ctx), i.ID, end)
}

// watch records what a running import shows until done is closed, and calls off when somebody wishes it.
func (in *intake) watch(ctx context.Context, i domain.Import, gauge *importGauge, done <-chan struct{}, callOff func()) {
	look := time.NewTicker(importLook)
	defer look.Stop()
	var was domain.ImportProgress
	count := func() {
		is := gauge.progress()
		in.tookIn(i.Kind, was, is)
		was = is
	}
	defer count()
	for {
		select {
		case <-done:
			return
		case <-look.C:
		}
		count()
		goOn, err := in.st.NoteImport(ctx, i.ID, was)
		switch {
		case err != nil:
			in.log.Debug("note an import", "import", i.ID, "error", err)
		case !goOn:
			callOff()
			return
		}
	}
}

// progress is what the gauge shows now.
func (g *importGauge) progress() domain.ImportProgress {
	return domain.ImportProgress{RowsRead: g.read.Load(), RowsRejected: g.rejected.Load(), Percent: g.percent.Load()}
}

// verdict says how an import ended. ended is false when it should be tried again: the process stops, or the trouble may pass.
func verdict(err error, calledOff, stopping, last bool) (end domain.ImportEnd, ended bool) {
	var input inputError
	var usage usageError
	var coded *domain.Error
	switch {
	case err == nil:
		return domain.ImportEnd{State: domain.ImportDone}, true
	case calledOff:
		return domain.ImportEnd{State: domain.ImportCancelled}, true
	case stopping:
		return end, false
	}
	end = domain.ImportEnd{State: domain.ImportFailed, Detail: err.Error()}
	switch {
	case errors.Is(err, os.ErrNotExist):
		end.Failure, end.Detail = domain.ImportFileGone, ""
	case errors.Is(err, errFiguresDiffer):
		end.Failure = domain.ImportFiguresDiffer
	case errors.As(err, &input), errors.As(err, &usage):
		end.Failure = domain.ImportFileUnreadable
	case errors.As(err, &coded) && coded.RetryAfter == 0:
		end.Failure, end.Detail = domain.ImportConflict, coded.Message
	case last:
		end.Failure, end.Detail = domain.ImportInternal, ""
	default:
		return end, false
	}
	return end, true
}

// withoutPaths says of files what staff call them.
func (in *intake) withoutPaths(i domain.Import, detail string) string {
	for _, f := range i.Files {
		detail = strings.ReplaceAll(detail, in.upload(f), f.Name)
	}
	return strings.ReplaceAll(detail, in.folder+string(os.PathSeparator), "")
}

// take does what the command of the kind does.
func (in *intake) take(ctx context.Context, i domain.Import, gauge *importGauge) error {
	file := in.upload(i.Files[0])
	switch i.Kind {
	case domain.ImportSales, domain.ImportStays:
		mapping := in.mapping(i.ID)
		if err := os.WriteFile(mapping, []byte(i.Mapping), 0o600); err != nil {
			return fmt.Errorf("write the mapping: %w", err)
		}
		defer func() { _ = os.Remove(mapping) }()
		o := importOptions{file: file, name: i.Files[0].Name, mapping: mapping, since: i.Since, rejects: in.rejects(i.ID), gauge: gauge}
		take := importSales
		if i.Kind == domain.ImportStays {
			take = importStays
		}
		return runImport(ctx, in.st, o, io.Discard, io.Discard, take)
	case domain.ImportReferrals:
		return in.takeReferrals(ctx, i, gauge)
	case domain.ImportPosts:
		return in.takePosts(ctx, i, gauge)
	}
	return fmt.Errorf("nobody takes in files of the kind %s", i.Kind)
}

// takeReferrals stores everything in one transaction, so there is nothing to show before its end.
func (in *intake) takeReferrals(ctx context.Context, i domain.Import, gauge *importGauge) error {
	report, refused, err := referralImport{file: in.upload(i.Files[0]), members: in.upload(i.Files[1]), source: i.Source}.take(ctx, in.st)
	if err != nil {
		return err
	}
	gauge.read.Store(report.Lines)
	gauge.rejected.Store(int64(len(refused)))
	gauge.report = report
	if len(refused) > 0 {
		if err := writeRefused(in.rejects(i.ID), refused); err != nil {
			return err
		}
	}
	return report.check(i.Source, refused)
}

func (in *intake) takePosts(ctx context.Context, i domain.Import, gauge *importGauge) (err error) {
	club, err := in.st.ClubByID(ctx, domain.Viewer{StaffID: i.StaffID, Role: domain.Admin}, i.ClubID)
	if err != nil {
		return err
	}
	rejects, err := os.Create(in.rejects(i.ID))
	if err != nil {
		return fmt.Errorf("make the reject file: %w", err)
	}
	out := csv.NewWriter(rejects)
	_ = out.Write([]string{"words"}) // a failure stays until Error
	defer func() {
		out.Flush()
		err = errors.Join(err, out.Error(), rejects.Close())
	}()
	report, err := postsOptions{file: in.upload(i.Files[0]), club: club.Slug, source: i.Source}.take(ctx, in.st, gauge,
		func(why string) error { return out.Write([]string{why}) })
	gauge.report = report
	return err
}
