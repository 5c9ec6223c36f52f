import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.SavedViewsApi;
import org.openapitools.client.api.TicketsApi;
import org.openapitools.client.model.Learner;
import org.openapitools.client.model.NewLearner;
import org.openapitools.client.model.NewSavedView;
import org.openapitools.client.model.NewTicket;
import org.openapitools.client.model.TicketChange;

/** Drives the Java client that openapi-generator makes: lists, filters, creates, changes with If-Match, deletes. */
class OpenapiGenerator {
    public static void main(String[] arguments) throws ApiException {
        var client = new ApiClient();
        client.updateBaseUri(System.getenv("HELPDESK_URL"));
        var authorization = "Bearer " + System.getenv("HELPDESK_TOKEN");
        client.setRequestInterceptor(request -> request.header("Authorization", authorization));
        var tickets = new TicketsApi(client);
        var views = new SavedViewsApi(client);

        var body = new NewTicket()
            .learner(new NewLearner().email("java@example.com").name(""))
            .priority(NewTicket.PriorityEnum.LOW)
            .tags(List.of("java"));
        var made = tickets.createTicketWithHttpInfo(body, UUID.randomUUID().toString(), null, null);
        var number = made.getData().getNumber();
        var etag = made.getHeaders().get("ETag").get(0);
        assert made.getStatusCode() == 201;
        assert made.getHeaders().get("Location").get(0).endsWith("/tickets/" + number);

        var page = tickets.listTickets(
            TicketsApi.APIListTicketsRequest.newBuilder()
                .expand(List.of("learner"))
                .fields(List.of("number", "learner"))
                .q("java")
                .course("none")
                .status("to_do")
                .updatedSince(OffsetDateTime.now().minusHours(1))
                .build()
        );
        assert page.getResults().size() == 1 : page;
        assert page.getResults().get(0).getNumber().equals(number);
        var learner = (Learner) page.getResults().get(0).getLearner().getActualInstance();
        assert learner.getEmail().equals("java@example.com");

        var change = new TicketChange().priority(TicketChange.PriorityEnum.HIGH);
        assert tickets.changeTicket(number, "\"0\", " + etag, null, null, change).getPriority().toString().equals("high");
        refused(412, () -> tickets.changeTicket(number, etag, null, null, change));
        assert tickets.unassignTicket(number, null, null, null).getAssignee() == null;

        var view = views.createSavedView(new NewSavedView().name("java").query("tag=java"), null, null, null);
        assert views.deleteSavedViewWithHttpInfo(view.getId()).getStatusCode() == 204;
        refused(404, () -> tickets.getTicket(999_999, null, null));
    }

    private interface Call {
        void make() throws ApiException;
    }

    private static void refused(int status, Call call) {
        try {
            call.make();
        } catch (ApiException refusal) {
            assert refusal.getCode() == status : refusal;
            assert refusal.getResponseBody().contains("detail");
            return;
        }
        throw new AssertionError("it was not refused");
    }
}
