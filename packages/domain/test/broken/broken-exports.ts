import type { ExportChunk, ExportQueries, ExportReader, ExportRequest } from '../../src/index.js';
import { type ContractCase, exportsContract } from '../../testing/index.js';
import { storeAnswering, type WrongAnswer } from './wrong-answers.js';

type Chunk = ExportChunk<unknown>;

function exporting(wrong: (good: ExportQueries) => Partial<ExportQueries>): ContractCase[] {
  return exportsContract(storeAnswering((queries) => ({ exports: { ...queries.exports, ...wrong(queries.exports) } })));
}

/** An export of records with other chunks. */
const cutting = (change: (chunk: Chunk) => Partial<Chunk>) =>
  exporting((good) => ({
    patientInstallations: (request, form) => withChunks(good.patientInstallations(request, form), change),
  }));

/** An export of records that takes its request for another. */
const asking = (change: (request: ExportRequest<string>) => ExportRequest<string>) =>
  exporting((good) => ({ patientInstallations: (request, form) => good.patientInstallations(change(request), form) }));

function withChunks<Place>(reader: ExportReader<Place>, change: (chunk: Chunk) => Partial<Chunk>): ExportReader<Place> {
  return {
    ...reader,
    next: async () => {
      const chunk = await reader.next();
      return { ...chunk, ...change(chunk) } as ExportChunk<Place>;
    },
  };
}

const firstState = (line: string): boolean => JSON.parse(line).number === 1;

export const wrongExports: readonly WrongAnswer[] = [
  {
    mistake: 'an export that ends an empty table with an empty line',
    noticedBy: 'an empty table is exported as one empty chunk',
    cases: cutting(({ text }) => ({ text: text || '\n' })),
  },
  {
    mistake: 'an export that ends with its first chunk',
    noticedBy: 'every record is exported once, as it is now, with its members in their order',
    cases: cutting(() => ({ isLast: true })),
  },
  {
    mistake: 'an export that sorts the members of a line',
    noticedBy: 'every record is exported once, as it is now, with its members in their order',
    cases: exporting((good) => ({
      patientInstallations: (request, { members, show }) =>
        good.patientInstallations(request, {
          members,
          show: (record) => Object.fromEntries(Object.entries(show(record)).toSorted()),
        }),
    })),
  },
  {
    mistake: 'an export that counts no rows',
    noticedBy: 'every record is exported once, as it is now, with its members in their order',
    cases: cutting(() => ({ rows: 0 })),
  },
  {
    mistake: 'an export that always starts at the beginning',
    noticedBy: 'an export continues after any line with exactly the rest',
    cases: asking(({ after: _, ...filter }) => filter),
  },
  {
    mistake: 'an export that loses the place of a chunk',
    noticedBy: 'an export continues after the place of a chunk with exactly the rest',
    cases: cutting(() => ({ place: undefined })),
  },
  {
    mistake: 'an export that knows no beginning of time',
    noticedBy: 'records of any sizes arrive once, in chunks that each know where to continue, filtered or not',
    cases: asking(({ modifiedFrom: _, ...request }) => request),
  },
  {
    mistake: 'an export that knows no end of time',
    noticedBy: 'a filter by modification holds its beginning and not its end',
    cases: asking(({ modifiedBefore: _, ...request }) => request),
  },
  {
    mistake: 'an export of first states alone',
    noticedBy: 'every known state is exported by id, then kind, oldest first, the present one too',
    cases: exporting((good) => ({
      revisions: (request, writers) =>
        withChunks(good.revisions(request, writers), ({ text }) => {
          const lines = text.split('\n').slice(0, -1).filter(firstState);
          return { text: lines.map((line) => `${line}\n`).join(''), rows: lines.length };
        }),
    })),
  },
  {
    mistake: 'an export of revisions that continues after the whole record',
    noticedBy: 'revisions continue after any line with exactly the rest',
    cases: exporting((good) => ({
      revisions: ({ after, ...filter }, writers) =>
        good.revisions({ ...filter, after: after && { ...after, number: Number.MAX_SAFE_INTEGER } }, writers),
    })),
  },
];
