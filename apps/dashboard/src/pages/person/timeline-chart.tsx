import { Legend, seriesClass } from '../../charts/legend.js';
import { Timeline } from '../../charts/timeline.js';
import { Text } from '../../layout/text.js';
import { dayInWords } from '../../words/dates.js';
import { runsFinding, timelineFinding } from '../../words/devices.js';
import type { Audience } from '../../words/numbers.js';
import { deviceOf } from './installation.js';
import { lanesOf } from './lanes.js';
import type { Devices } from './read-devices.js';

/** When which version ran on which device, and when its record was changed. */
export function TimelineChart({ devices, audience }: { readonly devices: Devices; readonly audience: Audience }) {
  const { asOf, current, installations } = devices;
  const now = Date.parse(asOf);
  const lanes = lanesOf(installations.records, now);
  const starts = lanes.flatMap(({ spans }) => spans.map(({ from }) => from));
  const from = Math.min(now, ...starts);
  const versions = [...new Set(lanes.flatMap(({ spans }) => spans.map(({ version }) => version).toReversed()))];
  const classes = new Map(versions.map((version, index) => [version, seriesClass(index)]));
  const changes = lanes.reduce((sum, lane) => sum + lane.changes.length, 0);
  const [first, last] = [from, now].map((instant) => dayInWords(new Date(instant).toISOString()));
  return (
    <div class="chart">
      <Timeline
        id={`timeline-${audience}`}
        title={`Installations from ${first} to ${last} (days in UTC), each until the next one of its product`}
        description={`${timelineFinding(lanes.length, changes)} ${runsFinding(current.map(runsOf))} The tables below have the details.`}
        from={from}
        to={now}
        rows={lanes.map(({ name, spans, changes: moments }) => ({
          name,
          bars: spans.map(({ version, ...span }) => ({ ...span, series: classes.get(version) ?? '' })),
          moments,
        }))}
      />
      <Legend
        entries={versions.map((version) => ({ series: classes.get(version) ?? '', name: <Text value={version} /> }))}
      />
      {changes > 0 && <p class="muted">A ring marks a change of the record.</p>}
    </div>
  );
}

/** The facts for the sentence about a running installation. */
export function runsOf({ app_product: product, installation }: Devices['current'][number]) {
  return { product, version: installation.app_version, device: deviceOf(installation) };
}
