/**
 * What `npm start` and `npm run dev` say to a person once the service is ready: where to look, a request to paste, where the
 * data are, how to stop. They run it with what the service reports about itself, as JSON.
 */
import { developmentToken, OWN_SCOPES } from './development-token.ts';

/** What the service reports about itself once it is ready. */
export interface Ready {
  readonly port: number;
  /** Of the embedded PostgreSQL, if it has one. */
  readonly dataFolder?: string;
  /** Lets one person into the dashboard, once. */
  readonly code?: string;
}

const { port, dataFolder, code }: Ready = JSON.parse(process.argv[2] ?? '{"port":5000}');
const address = `http://localhost:${port}`;
/** Seeding finds a service with the embedded PostgreSQL by itself. */
const seedOptions = dataFolder !== undefined || port === 5000 ? '' : ` -- --url ${address}`;
const patient = '11111111-2222-4333-8444-555555555555';
const token = await developmentToken({ claims: { patient_id: patient }, scopes: OWN_SCOPES, expires: '12h' });
const bold = (text: string) => (process.stdout.isTTY && !process.env['NO_COLOR'] ? `\u001B[1m${text}\u001B[0m` : text);

console.log(`
${bold('Polaris Telemetry is running.')}

${code === undefined ? '' : `  Dashboard, signed in as staff:     ${address}/dashboard/enter?code=${code}\n                                     (works once, within ten minutes)\n`}  Documentation, to try things out:  ${address}/ui/
  A first request, to paste into another terminal (the token is good for 12 hours, for patient ${patient} only):

    curl -s -X POST ${address}/dhos/v1/patient/${patient}/installation \\
      -H 'Authorization: Bearer ${token}' \\
      -H 'Content-Type: application/json' \\
      -d '{"unique_device_code":"my-phone","date_first_launched":"2026-01-31T09:30:00+01:00","app_product":"GDM","app_version":"4.1.0","phone_os":"iOS","phone_os_version":"18.3","manufacturer":"Apple","model":"iPhone14,5","display_name":"iPhone 13"}'

  More tokens: npm run token -- --patient ID     Sample data: npm run seed${seedOptions}
  The data are in ${dataFolder ?? 'the database that DATABASE_HOST names'}
  ${bold('Ctrl-C stops everything')}${dataFolder === undefined ? '' : ', the database too; the data stay'}.
`);
