import type { MeterVerification } from '@polaris-telemetry/client';
import type { PropsWithChildren } from 'hono/jsx';
import { Funnel } from '../charts/funnel.js';
import { groupName, METER_DIMENSIONS, type MeterDimension, UNITS } from '../words/meters.js';
import { counted, percent } from '../words/numbers.js';

interface MeterFunnelProps {
  readonly report: MeterVerification;
  readonly by: MeterDimension;
  readonly finding: string;
}

const GROUPS = ['group', 'groups'] as const;

/** How often patients disagree in each group, by its size: points above the outer limits are unlikely to be chance. */
export function MeterFunnel({ report, by, finding }: MeterFunnelProps) {
  const { rate, results, unit } = report;
  if (rate === null || results.length === 0) return null;
  const [, many] = UNITS[unit];
  return (
    <div class="chart">
      <Funnel
        id="meters"
        title={`Share of ${many} that patients disagree with, for each ${METER_DIMENSIONS[by]}, by how many were judged`}
        description={`A funnel plot of ${counted(results.length, GROUPS)}. ${finding} The table below has the figures.`}
        rate={rate}
        unit={`${many} that patients judged`}
        points={results.map((group) => ({ ...group, name: groupName(group, by) }))}
      />
      <ul class="legend">
        <li>
          <Key>
            <line class="target" x1="0" x2="22" y1="6" y2="6" />
          </Key>{' '}
          all together, {percent(rate, true)}
        </li>
        <li>
          <Key>
            <line class="limit inner" x1="0" x2="22" y1="6" y2="6" />
          </Key>{' '}
          95 % of groups would lie within, if they were all alike
        </li>
        <li>
          <Key>
            <line class="limit outer" x1="0" x2="22" y1="6" y2="6" />
          </Key>{' '}
          99.8 %
        </li>
        <li>
          <Key>
            <path class="point high" d="M11-1L17 11H5Z" />
          </Key>{' '}
          disagrees more than the rest
        </li>
        <li>
          <Key>
            <circle class="point few" cx="11" cy="6" r="5" />
          </Key>{' '}
          fewer than 5, too few to judge
        </li>
      </ul>
    </div>
  );
}

function Key({ children }: PropsWithChildren) {
  return (
    <svg class="swatch" width="22" height="12" aria-hidden="true" overflow="visible">
      {children}
    </svg>
  );
}
