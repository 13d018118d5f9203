import { createHash } from 'node:crypto';
import { BASE_STYLE } from '../style/base.js';
import { CHART_STYLE } from '../style/charts.js';
import { FORM_STYLE } from '../style/forms.js';
import { REPORT_STYLE } from '../style/reports.js';
import { TABLE_STYLE } from '../style/tables.js';

const text = [BASE_STYLE, FORM_STYLE, TABLE_STYLE, CHART_STYLE, REPORT_STYLE].join('\n');
const hash = createHash('sha256').update(text).digest('base64url').slice(0, 12);

/** The one style sheet; its address changes with it, so that browsers may keep it. */
export const STYLE_SHEET = {
  path: `style-${hash}.css`,
  text,
  headers: { 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'public, max-age=31536000, immutable' },
} as const;
