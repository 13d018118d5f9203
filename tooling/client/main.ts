/** `npm run generate-client`: brings packages/client up to date with the OpenAPI document. */
import { runCommand } from '../command-line.ts';
import { GENERATED, generateClient } from './generate-client.ts';

const usage = `Usage: npm run generate-client

  Writes packages/client/src/generated from the OpenAPI document of this checkout. Name new operations in packages/client/src.`;

await runCommand(usage, () => generateClient(GENERATED));
