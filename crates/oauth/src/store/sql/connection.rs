//! Statements over a connection of either database.

/// Implements [`Transaction`](super::Transaction) for a transaction of one database, and a function
/// that reads from its pool. The two differ in nothing but their types.
macro_rules! statements {
    ($database:ty, $name:literal) => {
        struct Open(sqlx::Transaction<'static, $database>);

        #[async_trait::async_trait]
        impl super::Transaction for Open {
            async fn rows(
                &mut self,
                sql: &'static str,
                values: Vec<super::Value>,
            ) -> Result<Vec<super::Row>, super::StoreError> {
                rows(&mut *self.0, sql, values).await
            }

            async fn execute(
                &mut self,
                sql: &'static str,
                values: Vec<super::Value>,
            ) -> Result<u64, super::StoreError> {
                let done = bound(sql, values).execute(&mut *self.0).await;
                let done = done
                    .map_err(|source| failed(concat!("write to the ", $name, " store"), source))?;
                Ok(done.rows_affected())
            }

            async fn commit(self: Box<Self>) -> Result<(), super::StoreError> {
                let done = self.0.commit().await;
                done.map_err(|source| failed(concat!("write to the ", $name, " store"), source))
            }
        }

        async fn rows(
            from: impl sqlx::Executor<'_, Database = $database>,
            sql: &'static str,
            values: Vec<super::Value>,
        ) -> Result<Vec<super::Row>, super::StoreError> {
            let failed = |source| failed(concat!("read from the ", $name, " store"), source);
            let rows = bound(sql, values).fetch_all(from).await.map_err(failed)?;
            rows.iter().map(row).collect::<Result<_, _>>().map_err(failed)
        }

        fn row(row: &<$database as sqlx::Database>::Row) -> Result<super::Row, sqlx::Error> {
            // A column is read as what it is: the others are refused.
            let value = |column| {
                let int = row.try_get(column).map(super::Value::Int);
                let text = || row.try_get(column).map(super::Value::Text);
                int.or_else(|_| text()).or_else(|_| row.try_get(column).map(super::Value::Bytes))
            };
            (0..row.len()).map(value).collect::<Result<_, _>>().map(super::Row)
        }

        fn bound(
            sql: &'static str,
            values: Vec<super::Value>,
        ) -> sqlx::query::Query<'static, $database, <$database as sqlx::Database>::Arguments> {
            values.into_iter().fold(sqlx::query(sql), |query, value| match value {
                super::Value::Int(int) => query.bind(int),
                super::Value::Text(text) => query.bind(text),
                super::Value::Bytes(bytes) => query.bind(bytes),
            })
        }
    };
}

pub(super) use statements;
