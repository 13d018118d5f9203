import { policies } from '../auth/policies.js';
import type { Answer } from '../http/answer.js';
import type { Exchange } from '../http/exchange.js';
import { Operation, type OperationDoc } from '../pipeline/operation.js';

/** GET: anyone may read it, whatever the database does. It is never refused for overload. */
export function publicly(
  path: string,
  doc: OperationDoc | undefined,
  answer: (exchange: Exchange) => Answer | Promise<Answer>,
): Operation {
  return Operation.of({
    method: 'get',
    path,
    policy: policies.public,
    prepare: answer,
    ...(doc && { doc: () => doc }),
  });
}
