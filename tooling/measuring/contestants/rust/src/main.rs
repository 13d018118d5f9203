//! The plain service in Rust: hyper and tokio-postgres, as their documentation shows them. The HMAC checked by hand, a
//! prepared statement a request on ten connections. No validation, no logs, no metrics.
mod kind;

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use chrono::{SubsecRound, Utc};
use hmac::{Hmac, Mac};
use hyper::service::{make_service_fn, service_fn};
use hyper::{body, header, Body, Method, Request, Response, Server, StatusCode};
use kind::{kinds, Kind, Values};
use serde_json::Value;
use sha2::Sha512;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Row, Statement};
use uuid::Uuid;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/** The statements of one kind, prepared on one connection. */
struct Prepared {
    insert: Statement,
    by_id: Statement,
    latest: Statement,
    update: Statement,
}

struct Connection {
    client: Client,
    /** In the order of the kinds. */
    prepared: Vec<Prepared>,
}

struct App {
    key: Vec<u8>,
    kinds: Vec<Kind>,
    connections: Vec<Connection>,
    next: AtomicUsize,
}

fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

async fn connect(kinds: &[Kind]) -> Result<Connection, Failure> {
    let (client, connection) = tokio_postgres::Config::new()
        .host(&env("DATABASE_HOST"))
        .port(env("DATABASE_PORT").parse()?)
        .user(&env("DATABASE_USER"))
        .password(env("DATABASE_PASSWORD"))
        .dbname(&env("DATABASE_NAME"))
        .connect(NoTls)
        .await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            eprintln!("connection: {}", error);
        }
    });
    let mut prepared = Vec::new();
    for kind in kinds {
        prepared.push(Prepared {
            insert: client.prepare(&kind.insert).await?,
            by_id: client.prepare(&kind.by_id).await?,
            latest: client.prepare(&kind.latest).await?,
            update: client.prepare(&kind.update).await?,
        });
    }
    Ok(Connection { client, prepared })
}

/** The claims of a token whose HMAC is right and that has not expired. */
fn verify(key: &[u8], authorization: Option<&str>) -> Option<Value> {
    let token = authorization?.strip_prefix("Bearer ")?;
    let (signed, signature) = token.rsplit_once('.')?;
    let mut mac = Hmac::<Sha512>::new_from_slice(key).ok()?;
    mac.update(signed.as_bytes());
    mac.verify_slice(&base64::decode_config(signature, base64::URL_SAFE_NO_PAD).ok()?).ok()?;
    let (_, payload) = signed.split_once('.')?;
    let claims: Value =
        serde_json::from_slice(&base64::decode_config(payload, base64::URL_SAFE_NO_PAD).ok()?).ok()?;
    (claims["exp"].as_f64()? > Utc::now().timestamp() as f64).then_some(claims)
}

fn refuse(status: StatusCode) -> (StatusCode, String) {
    (status, format!("{{\"message\":\"{}\"}}", status.canonical_reason().unwrap_or_default()))
}

impl App {
    async fn handle(&self, request: Request<Body>) -> Result<(StatusCode, String), Failure> {
        if request.uri().path() == "/running" {
            return Ok((StatusCode::OK, "{\"running\":true}".to_string()));
        }
        let path = request.uri().path().to_string();
        let mut parts = path.split('/').skip(3);
        let mut part = || parts.next().unwrap_or_default();
        let (owner_path, owner, action, id) = (part(), part(), part(), part());
        let position = self.kinds.iter().position(|kind| {
            kind.owner_path == owner_path
                && (kind.action == action || (action == "latest_installation" && kind.action == "installation"))
        });
        let position = match position {
            Some(position) => position,
            None => return Ok(refuse(StatusCode::NOT_FOUND)),
        };
        let kind = &self.kinds[position];
        let authorization = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let claims = match verify(&self.key, authorization) {
            Some(claims) => claims,
            None => return Ok(refuse(StatusCode::UNAUTHORIZED)),
        };
        if claims["metadata"][kind.owner.as_str()].as_str() != Some(owner) {
            return Ok(refuse(StatusCode::FORBIDDEN));
        }
        let Connection { client, prepared } =
            &self.connections[self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len()];
        let statements = &prepared[position];
        let row: Option<Row> = match *request.method() {
            Method::POST | Method::PATCH => {
                let is_new = request.method() == Method::POST;
                let sent: Value = serde_json::from_slice(&body::to_bytes(request.into_body()).await?)?;
                let values = kind.values(&sent)?;
                let now = Utc::now().trunc_subsecs(3).naive_utc();
                if is_new {
                    let new = Uuid::new_v4().to_string();
                    let mut parameters: Vec<&(dyn ToSql + Sync)> = vec![&new, &owner, &now, &owner, &now, &owner];
                    parameters.extend(values.parameters());
                    client.execute(&statements.insert, &parameters).await?;
                    let answer = kind.answer(&new, owner, now, owner, now, owner, &values);
                    return Ok((StatusCode::from_u16(kind.created)?, answer));
                }
                let mut parameters: Vec<&(dyn ToSql + Sync)> = vec![&id, &owner, &now, &owner];
                parameters.extend(values.parameters());
                client.query_opt(&statements.update, &parameters).await?
            }
            _ if id.is_empty() => client.query_opt(&statements.latest, &[&owner]).await?,
            _ => client.query_opt(&statements.by_id, &[&id, &owner]).await?,
        };
        let row = match row {
            Some(row) => row,
            None => return Ok(refuse(StatusCode::NOT_FOUND)),
        };
        let values = Values::of_row(kind, &row)?;
        let text = |column| row.try_get::<_, &str>(column);
        let answer =
            kind.answer(text(0)?, text(1)?, row.try_get(2)?, text(3)?, row.try_get(4)?, text(5)?, &values);
        Ok((StatusCode::OK, answer))
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let kinds = kinds();
    let mut connections = Vec::new();
    for _ in 0..10 {
        connections.push(connect(&kinds).await?);
    }
    let app = Arc::new(App { key: env("HS_KEY").into_bytes(), kinds, connections, next: AtomicUsize::new(0) });
    let service = make_service_fn(move |_| {
        let app = app.clone();
        async move {
            Ok::<_, Infallible>(service_fn(move |request| {
                let app = app.clone();
                async move {
                    let (status, text) = app.handle(request).await.unwrap_or_else(|error| {
                        eprintln!("{}", error);
                        refuse(StatusCode::INTERNAL_SERVER_ERROR)
                    });
                    Response::builder()
                        .status(status)
                        .header(header::CONTENT_TYPE, "application/json")
                        .body(Body::from(text))
                }
            }))
        }
    });
    let address = ([127, 0, 0, 1], env("PORT").parse()?).into();
    Server::bind(&address).tcp_nodelay(true).serve(service).await?;
    Ok(())
}
