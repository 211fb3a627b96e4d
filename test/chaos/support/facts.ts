import type { JournalEntry } from 'prism-emulator';
import type { RowTotals } from '../../../src/core/pipeline/report';
import type { ReportLine } from '../../../src/report/report-line';
import type { Organization } from '../../support/accounting';

/** How an import ended, as somebody was told. */
export interface ToldEnd {
  status: string;
  /** Of the tracking, ISO 8601; null where the tracking itself failed. */
  endedAt: string | null;
  /** The ids of the rows in their order, from the outcome or the storage; null when it has none. */
  ids: (string | null)[] | null;
  /** Why what is in the storage could not be read as it was stored, or null. */
  storageProblem: string | null;
}

/** Somebody who waits for the end of an import. */
export interface Party {
  /** Its workflow id, or another name. */
  name: string;
  /** `signal` is delivered at least once, all others exactly once. */
  way: 'client' | 'child' | 'signal' | 'nexus';
  /** What it was told, in order. */
  ends: ToldEnd[];
  /** What it met instead of an end, or null. */
  failure: string | null;
}

/** An import that is followed, as the API has it and as all were told. */
export interface FollowedImport {
  jobId: string;
  /** What the API says of it in the end. */
  truth: { status: string; ids: (string | null)[] | null; endedAtMs: number };
  parties: Party[];
}

/** A pipeline, as the API and its report have it. */
export interface RunPipeline {
  workflowId: string;
  withDedupe: boolean;
  /** Of the rows in their order, each its own. */
  domains: string[];
  /** Null when it came to no report; `failure` says why. */
  report: {
    totals: RowTotals;
    imports: { jobId: string | null; status: string; totals: RowTotals }[];
    lines: ReportLine[];
  } | null;
  failure: string | null;
  /** What the API holds of it. */
  records: Organization[];
  /** Import requests for it, in order. */
  requests: JournalEntry[];
}

/** A tracker from the search attributes. */
export interface IndexEntry {
  workflowId: string;
  jobId: string | null;
  /** Temporal's, such as `COMPLETED`. */
  execution: string;
  importStatus: string | null;
}

/** All that is known when a run is over. */
export interface Facts {
  imports: FollowedImport[];
  pipelines: RunPipeline[];
  index: IndexEntry[];
  journal: JournalEntry[];
}
