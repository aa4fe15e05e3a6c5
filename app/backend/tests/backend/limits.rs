//! Limits: a burst, then a steady trickle, counted together by all instances.

use backend::limits::{Allowance, Limit};

use crate::place::{HOUR, on_each_database};

#[tokio::test]
async fn fifty_sign_ins_an_hour_are_started_from_one_address() {
    on_each_database(async |place| {
        let instances = [place.open().await, place.open().await];
        let take = async |number: usize, who: &str| {
            instances[number % 2].limits().take(Limit::Start, who).await.expect("taken")
        };
        for number in 0..50 {
            let allowance = take(number, "203.0.113.7").await;
            assert_eq!((allowance.limit, allowance.retry_after), (50, None), "request {number}");
            assert_eq!(allowance.remaining as usize, 49 - number);
        }
        let refused = take(0, "203.0.113.7").await;
        let full_again = (place.clock.now() + HOUR) / 1_000;
        assert_eq!(refused, Allowance { limit: 50, remaining: 0, reset: full_again, retry_after: Some(72) });
        assert_eq!(take(1, "203.0.113.8").await.remaining, 49, "another address has its own");

        place.clock.advance(71_999);
        assert_eq!(take(0, "203.0.113.7").await.retry_after, Some(1));
        place.clock.advance(1);
        assert_eq!(take(1, "203.0.113.7").await.retry_after, None);
        assert_eq!(take(1, "203.0.113.7").await.retry_after, Some(72));
        place.clock.advance(2 * HOUR);
        assert_eq!(take(0, "203.0.113.7").await.remaining, 49, "it never holds more than the burst");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_at_once_a_burst_comes_through() {
    on_each_database(async |place| {
        let instances = [place.open().await, place.open().await];
        let requests: Vec<_> = (0..100_usize)
            .map(|number| {
                let backend = instances[number % 2].clone();
                tokio::spawn(async move { backend.limits().take(Limit::UserInfo, "sms|1").await.expect("taken") })
            })
            .collect();
        let mut through = 0;
        for request in requests {
            through += usize::from(request.await.expect("finished").retry_after.is_none());
        }
        assert_eq!(through, 10);
    })
    .await;
}
