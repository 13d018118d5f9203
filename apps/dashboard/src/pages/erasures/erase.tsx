import { randomUUID } from 'node:crypto';
import { TelemetryError } from '@polaris-telemetry/client';
import { linkTo } from '../../links.js';
import type { Page, Visit } from '../../page.js';
import { ERASE } from '../../scopes.js';
import { EraseForm } from './erase-form.js';
import { ErasureStart } from './erasure-start.js';
import { isTyped } from './typed-id.js';

/** Shows what an erasure would destroy, and erases after the id is typed again. */
export const erase: Page = {
  path: 'erase',
  title: 'Erase a person',
  needs: [ERASE],
  show: (visit) => ask(visit, randomUUID()),
  submit: async (visit, form) => {
    const id = visit.query.get('id') ?? '';
    const attempt = form.get('attempt') ?? randomUUID();
    if (id === '' || !isTyped(id, form.get('typed') ?? '')) {
      return { content: await ask(visit, attempt, 'This is not the id above. Nothing was erased.') };
    }
    try {
      const receipt = await visit.client.erasePerson(id, { idempotencyKey: attempt });
      return { to: linkTo('receipt', { id: receipt.id }) };
    } catch (error) {
      if (!isUnknownEnd(error)) throw error;
      const fault = 'No answer came: the person may be erased or not. Erase once more, and it is done exactly once.';
      return { content: await ask(visit, attempt, fault) };
    }
  },
};

async function ask({ client, query, may }: Visit, attempt: string, fault?: string) {
  const id = query.get('id') ?? '';
  if (id === '') return <ErasureStart />;
  const { counts } = await client.countErasure(id);
  return <EraseForm id={id} counts={counts} attempt={attempt} may={may} fault={fault} />;
}

/** Whether the outcome is unknown: there was no answer, or one that leaves it open. */
function isUnknownEnd(error: unknown): boolean {
  return error instanceof TelemetryError && (error.status === undefined || error.status === 503);
}
