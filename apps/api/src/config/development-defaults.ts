/**
 * The defaults of HS_KEY and PROXY_URL outside production, so that a newcomer needs no configuration.
 * DEVELOPMENT ONLY: the key is public, so anyone who reads this file can sign tokens for a service that uses it.
 */
export const DEVELOPMENT_HS_KEY = 'public-development-key-of-polaris-telemetry-never-for-production';

/** @see DEVELOPMENT_HS_KEY */
export const DEVELOPMENT_PROXY_URL = 'http://localhost';
