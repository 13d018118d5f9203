import type { Adoption, Releases } from '@polaris-telemetry/client';
import { type Curve, Curves } from '../../charts/curves.js';
import { Legend, seriesClass } from '../../charts/legend.js';
import { Name } from '../../layout/text.js';
import { dayInWords, daysBetween } from '../../words/dates.js';
import { PEOPLE } from '../../words/numbers.js';
import { visibleText } from '../../words/visible-text.js';

const LONGEST_NAME = 12;

interface ReleaseCurvesProps {
  readonly adoption: Adoption;
  readonly releases: Releases['results'];
  /** How many days after its first day each release is followed. */
  readonly days: number;
}

/** How releases spread, superimposed: the share of people who ran each, by days since its first day. */
export function ReleaseCurves({ adoption, releases, days }: ReleaseCurvesProps) {
  const curves = releases.flatMap(({ app_version, first_day }) => {
    const points = pointsOf(adoption, app_version, first_day, days);
    return points.length === 0 ? [] : [{ version: app_version, firstDay: first_day, points }];
  });
  if (curves.length === 0) return null;
  const drawn: Curve[] = curves.map(({ version, points }, index) => ({
    name: visibleText(version, LONGEST_NAME),
    series: seriesClass(index),
    points,
  }));
  const [, people] = PEOPLE[adoption.audience];
  return (
    <div class="chart">
      <Curves
        id="releases"
        title={`Share of the ${people} who ran each release, by days since its first day (UTC)`}
        description={`${curves.length} releases, each from its first day on, for ${days} days at most. The table below has the days that each took to reach 10, 50 and 90 %.`}
        days={Math.min(days, Math.max(...drawn.map(({ points }) => points.at(-1)?.day ?? 0)))}
        curves={drawn}
      />
      <Legend
        entries={curves.map(({ version, firstDay }, index) => ({
          series: seriesClass(index),
          name: (
            <>
              <Name value={version} /> <span class="muted">since {dayInWords(firstDay)}</span>
            </>
          ),
        }))}
      />
    </div>
  );
}

function pointsOf({ days, people, series }: Adoption, version: string, firstDay: string, longest: number) {
  const counts = series.find(({ app_version }) => app_version === version)?.people ?? [];
  return counts
    .map((count, index) => ({
      day: daysBetween(firstDay, days[index] ?? firstDay),
      share: (people[index] ?? 0) === 0 ? 0 : count / (people[index] ?? 1),
    }))
    .filter(({ day }) => day >= 0 && day <= longest);
}
